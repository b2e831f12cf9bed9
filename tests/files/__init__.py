"""Sample rosters and org lists: everybody in them is invented."""

from pathlib import Path

FILES = Path(__file__).parent
