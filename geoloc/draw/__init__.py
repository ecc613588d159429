"""What people see: charts, maps and overlays drawn from results, without models or Streamlit."""
