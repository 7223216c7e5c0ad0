#!/usr/bin/env python3
"""Computes dwell and deployments by DuckDB from `gx trace export`, and compares them with `gx leadtime`.

    leadtime_duckdb.py GX

Needs the module duckdb (`pip install duckdb`). It runs on the sample repository of `gx demo`, on the SQL of
docs/leadtime.md, as it stands there.
"""
import duckdb, json, os, re, subprocess, sys, tempfile

SINCE, UNTIL = "2026-02-09T00:00:00Z", "2026-03-02T00:00:00Z"


def main():
    gx = os.path.abspath(sys.argv[1])
    page = os.path.join(os.path.dirname(__file__), "../../docs/leadtime.md")
    sql = re.search(r"```sql\n(.*?)```", open(page).read(), re.S).group(1)
    # The sample's history ends where git's clock for tests says that it is now.
    environment = dict(os.environ, GIT_TEST_DATE_NOW="1772442000", TZ="UTC")

    def run(*arguments):
        return subprocess.run([gx, *arguments], check=True, capture_output=True, text=True, env=environment).stdout

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run("demo", "--no-tour", "shop")
        open("ledger.jsonl", "w").write(run("-C", "shop/manifests", "trace", "export"))
        answer = duckdb.sql(sql.replace("$since", f"'{SINCE}'").replace("$until", f"'{UNTIL}'"))
        found = dict(zip(answer.columns, answer.fetchall()[0]))
        measured = json.loads(
            run("-C", "shop/manifests", "leadtime", "--to", "prod", "--since", SINCE, "--until", UNTIL, "-o", "json"))
    dwell = measured["metrics"]["dwell"]
    is_equal = True
    for name in ["n", "best", "average", "median", "p75", "p90", "p95", "worst"]:
        same = int(found[name] + 0.5) == dwell[name]
        is_equal = is_equal and same
        print(f"{name:8} duckdb {found[name]:>10}  gx {dwell[name]:>10}  {'' if same else 'DIFFERS'}")
    sys.exit(not is_equal or dwell["n"] == 0)


main()
