"""Tests of halls, windows and waiting lines."""
