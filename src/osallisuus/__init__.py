"""Publishes the ways in which municipalities let people take part as linked open data."""
