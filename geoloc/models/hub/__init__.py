"""Models that others published on a model hub, fetched by whoever asks for them.

`catalogue` names those worth fetching, `fetch` fetches, `store` keeps what was fetched and watches
over it, `encoders` opens it as a network, `zero_shot` and `geoclip` make models of it. Nothing here
is imported before such a model is opened: serving the released ones needs nothing that can go
online.
"""
