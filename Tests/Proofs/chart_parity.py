#!/usr/bin/env python3
"""Compares what the ledger says runs now with the values of charts in layers, read by another YAML parser.

    chart_parity.py GX REPOSITORY [--config gx.yaml]

For a repository with `applications/APP/{Chart.yaml,values.yaml,values-ENV.yaml}`, with the switches
`applications.APP` in `environments/values.yaml` and `environments/values-ENV.yaml`. An environment must have the apps
that are switched on there and no other, and where `image` names one, it must run at the tag of the environment's
values, else of the chart's, else at the chart's `appVersion`. Exit status 0: no difference.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml


def load(path):
    return (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}


def image(path):
    found = load(path).get("image")
    return found if isinstance(found, dict) else {}


def ledger(options):
    command = [options.gx, "-C", options.repository, "trace", "export"]
    if options.config:
        command += ["--config", options.config]
    state = collections.defaultdict(dict)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as exported:
        for line in exported.stdout:
            data = json.loads(line)["customData"]
            state[data["environment"]][data["app"]] = data["after"]
    if exported.returncode:
        sys.exit("gx trace export failed")
    return state


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gx")
    parser.add_argument("repository")
    parser.add_argument("--config")
    options = parser.parse_args()
    state = ledger(options)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        tree = pathlib.Path(scratch)
        archive = subprocess.Popen(["git", "-C", options.repository, "archive", "HEAD"], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", scratch], stdin=archive.stdout, check=True)
        default = load(tree / "environments/values.yaml").get("applications") or {}
        for environment, apps in sorted(state.items()):
            switches = default | (load(tree / f"environments/values-{environment}.yaml").get("applications") or {})
            expected = {a for a, on in switches.items() if on is True and (tree / "applications" / a).is_dir()}
            found = {app for app, after in apps.items() if after is not None}
            counts["switched on"] += len(expected & found)
            counts["switched off, or never there"] += len(set(switches) - expected - found)
            for app in sorted(expected ^ found):
                counts["different"] += 1
                print(f"DIFFERENT {environment}/{app}: only {'the switches' if app in expected else 'gx'} have it")
            for app in sorted(expected & found):
                folder = tree / "applications" / app
                own, common = image(folder / f"values-{environment}.yaml"), image(folder / "values.yaml")
                name = own.get("repository") or common.get("repository")
                override, shared = own.get("tag"), common.get("tag")
                version = override or shared or load(folder / "Chart.yaml").get("appVersion")
                if not name or not version:
                    continue
                runs = {x["version"] for x in apps[app] if x["artifact"].split("/")[-1] == name.split("/")[-1]}
                if str(version) in runs:
                    counts["override" if override else "of the chart's values" if shared else "appVersion"] += 1
                else:
                    counts["different"] += 1
                    print(f"DIFFERENT {environment}/{app}: {version}, gx says {sorted(runs)}")
    print(json.dumps(counts, indent=1))
    return 1 if counts["different"] or not counts["switched on"] else 0


if __name__ == "__main__":
    sys.exit(main())
