"""Exports of officers: lists in columns of their choice, figures by unit, and all certificates."""
