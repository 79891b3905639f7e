"""Programs that the tests of packages run."""

import subprocess


def run(*command, **options):
    """Output and exit code; what was printed to both streams is one text."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    return done.stdout, done.returncode
