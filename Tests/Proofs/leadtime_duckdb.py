#!/usr/bin/env python3
"""Computes dwell and lead time by DuckDB from `gx trace export`, and compares them with `gx leadtime`.

    leadtime_duckdb.py GX

Needs the module duckdb (`pip install duckdb`). It runs the SQL of docs/leadtime.md, as it stands there: that of dwell
on the sample repository of `gx demo`, that of lead time on an app whose commits are in a clone beside the manifests.
Exit status 0 if all figures are equal.
"""
import duckdb, json, os, re, subprocess, sys, tempfile

SINCE, UNTIL = "2026-02-09T00:00:00Z", "2026-03-02T00:00:00Z"
# 9 February 2026, 10:00 UTC.
START = 1_770_631_200
# The sample's history ends where git's clock for tests says that it is now.
ENVIRONMENT = dict(
    os.environ, GIT_TEST_DATE_NOW="1772442000", TZ="UTC", GIT_AUTHOR_NAME="Ann", GIT_AUTHOR_EMAIL="ann@example.com",
    GIT_COMMITTER_NAME="Ann", GIT_COMMITTER_EMAIL="ann@example.com", GIT_CONFIG_GLOBAL="/dev/null")


def run(*command, time=None):
    environment = dict(ENVIRONMENT)
    if time:
        environment |= {"GIT_AUTHOR_DATE": f"{time} +0000", "GIT_COMMITTER_DATE": f"{time} +0000"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write(text)


def make_lead_times():
    """Releases of one to four commits, hours apart; production gets every release, or every second one."""
    run("git", "init", "-q", "-b", "main", "source")
    run("git", "init", "-q", "-b", "main", "manifests")
    write("manifests/gx.yaml", """version: 1
environments: { dev: {}, prod: { after: dev } }
layout: ["envs/{env}/{app}/**"]
apps: { api: { source: ../source, version: "v{version}" } }
""")
    hour = 0

    def commit(folder, message):
        run("git", "-C", folder, "add", "-A")
        run("git", "-C", folder, "commit", "-q", "--allow-empty", "-m", message, time=START + hour * 3600)

    def deploy(environment, version):
        write(f"manifests/envs/{environment}/api/pod.yaml",
              f"apiVersion: v1\nkind: Pod\nmetadata: {{name: api}}\n"
              f"spec: {{containers: [{{name: api, image: 'example.com/api:1.{version}'}}]}}\n")
        commit("manifests", f"api 1.{version} in {environment}")

    for version in range(9):
        for number in range(version % 4 + 1):
            commit("source", f"Change {version}.{number}")
            hour += 1 + number
        run("git", "-C", "source", "tag", f"v1.{version}")
        for environment in ["dev", "prod"] if version % 3 != 1 else ["dev"]:
            deploy(environment, version)
            hour += 5 + version


def compare(gx, sql, folder, metric):
    open("ledger.jsonl", "w").write(run(gx, "-C", folder, "trace", "export"))
    answer = duckdb.sql(sql.replace("$since", f"'{SINCE}'").replace("$until", f"'{UNTIL}'"))
    found = dict(zip(answer.columns, answer.fetchall()[0]))
    measured = json.loads(
        run(gx, "-C", folder, "leadtime", "--to", "prod", "--since", SINCE, "--until", UNTIL, "-o", "json"))
    expected = measured["metrics"][metric]
    is_equal = expected["n"] > 0
    for name in ["n", "best", "average", "median", "p75", "p90", "p95", "worst"]:
        same = found[name] is not None and int(found[name] + 0.5) == expected[name]
        is_equal = is_equal and same
        print(f"{metric:9} {name:8} duckdb {found[name]!s:>20}  gx {expected[name]!s:>10}  {'' if same else 'DIFFERS'}")
    return is_equal


def main():
    gx = os.path.abspath(sys.argv[1])
    page = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/leadtime.md")
    dwell, lead = re.findall(r"```sql\n(.*?)```", open(page).read(), re.S)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run(gx, "demo", "--no-tour", "shop")
        make_lead_times()
        results = [compare(gx, dwell, "shop/manifests", "dwell"), compare(gx, lead, "manifests", "lead")]
    sys.exit(not all(results))


main()
