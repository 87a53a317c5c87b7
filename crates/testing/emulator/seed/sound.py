"""The organization of five accounts in which no control finds anything: the twin of weak.py.

    python seed/sound.py --management ID

See `five_accounts.py`.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from seed.estate import run  # noqa: E402
from seed.five_accounts import five_accounts  # noqa: E402

if __name__ == "__main__":
    run(lambda estate, _: five_accounts(estate, weak=False))
