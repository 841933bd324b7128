#!/usr/bin/env bash
# How full the file systems are that hold the given folders. It fails when one is fuller than it may be.
# Arguments: { "folders": ["/var"], "most": 90 }, where `most` is in percent.
set -euo pipefail

# The task is one line of JSON, which bash cannot read: another program makes words of it. A number is made sure to be one, as
# bash would take a text in its place for an expression, and run what stands in it.
mapfile -d '' -t words < <(python3 -c '
import json, sys
args = json.load(sys.stdin)["args"]
print(int(args.get("most", 90)), *args["folders"], sep="\0", end="\0")')
# Python has said on stderr why there are none.
((${#words[@]} > 0)) || exit 1
most=${words[0]}
folders=("${words[@]:1}")

# As a text of JSON.
text() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"; }

# Asked to stop: there is nothing to clear away.
trap 'exit 143' TERM

result=''
full=''
checked=0
for folder in "${folders[@]}"; do
  printf '{"progress": {"done": %d, "total": %d, "message": %s}}\n' \
    "$checked" "${#folders[@]}" "$(text "$folder")"
  # The second line of df -P, whose fifth field is the percentage (POSIX).
  used=$(df -P -- "$folder" | awk 'NR == 2 { sub("%", "", $5); print $5 }')
  result+="${result:+, }$(text "$folder"): $used"
  if ((used > most)); then full+="${full:+, }$folder is $used% full"; fi
  checked=$((checked + 1))
done

printf '{"progress": {"done": %d, "total": %d}}\n' "$checked" "${#folders[@]}"
if [[ -n $full ]]; then
  # No second attempt would find more room.
  printf '{"error": {"message": %s, "code": "disk-full", "retry": false}}\n' "$(text "$full")"
  exit 1
fi
printf '{"result": {"used": {%s}}}\n' "$result"
