"""Known vulnerabilities of what the image installs: exit code 1 if there are any. Says where nobody can be asked."""

from __future__ import annotations

import json
import subprocess
import sys

SECONDS = 180
LOCKS = ("requirements.lock", "requirements-build.lock")


def main() -> int:
    return max([_audit(name) for name in LOCKS])


def _audit(lock: str) -> int:
    command = ["pip-audit", "--require-hashes", "--disable-pip", "--format", "json", "-r", lock]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        packages = []
    asked = [one for one in packages if "skip_reason" not in one]
    if not asked:
        print(f"pip-audit: {lock} was NOT checked, the list of vulnerabilities cannot be had here")
        return 0
    found = [(one, vulnerability) for one in asked for vulnerability in one["vulns"]]
    print(f"pip-audit: {lock}: {len(asked)} of {len(packages)} packages checked, {len(found)} vulnerabilities known")
    for one, vulnerability in found:
        mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        print(f"  {one['name']} {one['version']}: {vulnerability['id']}, mended in {mended}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
