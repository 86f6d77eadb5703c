"""Measurements on clearly synthetic data: run by `make bench` and `make soak`, never by the tests."""
