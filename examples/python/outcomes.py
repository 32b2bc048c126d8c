"""Stores the outcome of each finished job in SQLite, once.

A record may be delivered again after a crash or a replay. The primary key ce_id makes that harmless: the
second insert has no effect. Put your own work into the same transaction.

Usage: outcomes.py BOOTSTRAP DATABASE [COUNT]     ends after COUNT new outcomes; without COUNT it runs on
Needs: Debian's python3-confluent-kafka
"""

import json
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaException

bootstrap, database = sys.argv[1:3]
remaining = int(sys.argv[3]) if len(sys.argv) > 3 else None

db = sqlite3.connect(database)
db.execute("CREATE TABLE IF NOT EXISTS outcomes (ce_id TEXT PRIMARY KEY, job_id TEXT, outcome TEXT, event TEXT)")

consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "example-python",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    "isolation.level": "read_committed",
})
consumer.subscribe(["ims.jobs.completions"])
try:
    while remaining is None or remaining > 0:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        headers = dict(record.headers())
        completion = json.loads(record.value())
        with db:  # one transaction: the id and your own work
            row = (headers["ce_id"].decode(), completion["job_id"], completion["outcome"], record.value().decode())
            new = db.execute("INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?, ?)", row).rowcount
        consumer.commit(record, asynchronous=False)
        if new:
            print(completion["job_id"], completion["outcome"], flush=True)
            if remaining is not None:
                remaining -= 1
finally:
    consumer.close()
    db.close()
