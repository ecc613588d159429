# syntax=docker/dockerfile:1
# The app in a container: its own user, nothing writable but /tmp, its models inside.
#
#   docker build --tag where-am-i .                                    # for CPUs
#   docker build --tag where-am-i:cuda --build-arg TORCH=cu130 .       # for NVIDIA's GPUs

ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS builder
# The build of torch: cpu, or one that https://pytorch.org lists, such as cu130.
ARG TORCH=cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements.txt requirements.lock ./
# torch first, from where that build lies; then the rest by its hashes, and nothing but what the
# lock names.
RUN torch="$(grep -oE '^torch==[0-9.]+' requirements.txt)" \
 && vision="$(grep -oE '^torchvision==[0-9.]+' requirements.txt)" \
 && /opt/venv/bin/pip install --index-url "https://download.pytorch.org/whl/${TORCH}" \
      "${torch}" "${vision}" \
 && awk '/^[a-z]/ {keep = !/^(torch|torchvision|triton|nvidia-[a-z0-9-]+|cuda-[a-z-]+)(\[.*\])?==/} keep' \
      requirements.lock > rest.lock \
 && /opt/venv/bin/pip install --no-deps --require-hashes --requirement rest.lock
# .dockerignore says what stays out.
COPY . .
RUN /opt/venv/bin/pip install --no-deps --editable . \
 && /opt/venv/bin/python -m compileall -q /app

FROM python:${PYTHON}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    GEOLOC_TRAIN=off
RUN groupadd --system --gid 10001 app \
 && useradd --system --uid 10001 --gid app --no-create-home --shell /usr/sbin/nologin app
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8501
# The address is the container's own: the app answers to its own names only.
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["streamlit", "run", "app.py", "--server.headless=true"]
CMD ["--server.address=0.0.0.0"]
