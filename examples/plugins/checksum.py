#!/usr/bin/env python3
"""The checksum of a file. Arguments: {"path": "/a/file", "algorithm": "sha256"}."""

import hashlib
import json
import os
import signal
import sys


def say(**line):
    # Flushed at once: Python keeps what it prints to a pipe until there is more of it.
    print(json.dumps(line), flush=True)


class Stopped(Exception):
    """Raised by the signal, and told of outside of its handler: in there a print may be under way already."""


def stop(_signal, _frame):
    raise Stopped


def main():
    signal.signal(signal.SIGTERM, stop)
    task = json.loads(sys.stdin.readline())
    if task["protocol"] != 1:
        say(error={"message": f"speaks protocol 1, not {task['protocol']}", "retry": False})
        return 1
    args = task["args"]
    algorithm = args.get("algorithm", "sha256")
    if algorithm not in hashlib.algorithms_available:
        say(error={"message": f"there is no algorithm {algorithm}", "code": "bad-algorithm", "retry": False})
        return 1
    say(log={"level": "info", "message": "begins", "fields": {"attempt": task["task"]["attempt"]}})
    total = os.stat(args["path"]).st_size
    digest = hashlib.new(algorithm)
    done = 0
    with open(args["path"], "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            done += len(block)
            say(progress={"done": done, "total": max(done, total)})
    say(result={"algorithm": algorithm, "bytes": done, "checksum": digest.hexdigest()})
    return 0


if __name__ == "__main__":
    # What is not caught ends it with a traceback on stderr, whose last line becomes the task's error.
    try:
        sys.exit(main())
    except Stopped:
        say(log={"level": "warn", "message": "asked to stop"})
        sys.exit(143)
