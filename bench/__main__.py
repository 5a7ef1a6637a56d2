"""Every bench in this folder at a small size: `make bench`. Their numbers are printed and never checked.

make bench BENCH_ARGS="..."  hands the arguments to bench/pages.py alone, such as the sizes of the published tables.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BENCHES = (
    ["pages.py"],
    ["compare.py"],
    ["admin.py"],
    ["search.py", "--rounds", "20"],
    ["overlap.py"],
    ["imports.py", "--take", "1000"],
    ["rank_attacks.py", "--targets", "10"],
    ["rank_parts.py", "--targets", "5"],
    ["rank_scale.py", "--artifacts", "100000"],
    ["rank_generation.py", "--artifacts", "2000"],
    ["telling_nothing.py", "--answers", "10"],
)


def main() -> None:
    given = sys.argv[1:]
    for script, *arguments in [["pages.py", *given]] if given else BENCHES:
        print(f"\n=== {' '.join([script, *arguments])}", flush=True)
        subprocess.run([sys.executable, FOLDER / script, *arguments], check=True)


if __name__ == "__main__":
    main()
