"""The SPDX 2.3 list of a built executable: spdx.py EXECUTABLE VERSION

What is linked into the static executable: the packages of Package.resolved, the system libraries of Package.swift in the
versions that dpkg knows here, and the runtime of Swift.
"""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys

executable, version = sys.argv[1:]
digest = hashlib.sha256(open(executable, "rb").read()).hexdigest()
time = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)


def installed(package):
    try:
        found = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True)
        return found.stdout or None
    except (OSError, subprocess.CalledProcessError):
        return None


def package(name, version, license, location="NOASSERTION"):
    entry = {
        "name": name,
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name),
        "downloadLocation": location,
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": license,
        "copyrightText": "NOASSERTION",
    }
    if version:
        entry["versionInfo"] = version
    return entry


gx = package("gx", version, "Apache-2.0")
gx["checksums"] = [{"algorithm": "SHA256", "checksumValue": digest}]
gx["primaryPackagePurpose"] = "APPLICATION"
parts = []
for pin in json.load(open("Package.resolved"))["pins"]:
    parts.append(package(pin["identity"], pin["state"]["version"], "Apache-2.0", "git+" + pin["location"]))
for name, debian, license in [
    ("libgit2", "libgit2-dev", "GPL-2.0-only WITH GCC-exception-2.0"),
    ("libyaml", "libyaml-dev", "MIT"),
    ("openssl", "libssl-dev", "Apache-2.0"),
    ("pcre2", "libpcre2-dev", "BSD-3-Clause"),
    ("zlib", "zlib1g-dev", "Zlib"),
    ("glibc", "libc6-dev", "LGPL-2.1-or-later"),
]:
    parts.append(package(name, installed(debian), license))
swift = None
try:
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    swift = re.search(r"Swift version (\S+)", said).group(1)
except (OSError, AttributeError):
    pass
parts.append(package("swift-runtime", swift, "Apache-2.0 WITH Swift-exception", "https://www.swift.org"))

print(json.dumps({
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "gx-" + version,
    "documentNamespace": "https://spdx.org/spdxdocs/gx-%s-%s" % (version, digest[:32]),
    "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: gx-release"]},
    "packages": [gx] + parts,
    "relationships": [{
        "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": gx["SPDXID"],
    }] + [{
        "spdxElementId": gx["SPDXID"], "relationshipType": "STATIC_LINK", "relatedSpdxElement": part["SPDXID"],
    } for part in parts],
}, indent=2))
