"""The numbers: anomaly detection, forecasting, causal discovery, thresholds, events and their catalogue."""
