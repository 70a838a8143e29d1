"""Lagged causal discovery and root-cause ranking (Granger causality at several time scales)."""

from detectors.causal.discovery import Discovery, Note, explore
from detectors.causal.rootcause import rank
from detectors.types import CausalEdge, RootCandidate

__all__ = ["CausalEdge", "Discovery", "Note", "RootCandidate", "explore", "rank"]
