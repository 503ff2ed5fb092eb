/**
 * A program for Python 3 that recomputes the hashes of a log extract, for readers without Descry. It takes
 * report.json, or audit.json of a bundle. Numbers keep the text they were written with, which is already
 * the canonical one (RFC 8785, 3.2.2.3).
 */
export const logCheckProgram = `import hashlib, json, sys
from datetime import datetime, timedelta, timezone

class Number(str):
    pass

def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return value if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)

with open(sys.argv[1], encoding="utf-8") as file:
    content = json.load(file, parse_float=Number)
log = content.get("audit", content)
start = datetime(1970, 1, 1, tzinfo=timezone.utc)
previous, wrong = None, 0
for entry in log["entries"]:
    at = datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))
    hashed = {name: entry[name] for name in ("sequence", "operator", "action", "detail", "previousHash")}
    hashed["at"] = (at - start) // timedelta(milliseconds=1)
    digest = hashlib.sha256(canonical(hashed).encode("utf-8")).hexdigest()
    if digest != entry["hash"] or previous not in (None, entry["previousHash"]):
        print("entry", entry["sequence"], "is not as it was written")
        wrong += 1
    previous = entry["hash"]
if previous not in (None, log["headHash"]):
    print("the last entry has not the hash that the log ended with")
    wrong += 1
print(len(log["entries"]), "entries,", wrong, "wrong")
sys.exit(1 if wrong else 0)
`;
