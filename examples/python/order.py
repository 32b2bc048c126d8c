"""Writes an order to the topic orders, and requests its image job with the order's number as a label.

Usage: order.py BOOTSTRAP ORDER JOB_ID
Needs: Debian's python3-confluent-kafka
"""

import json
import sys

from confluent_kafka import Producer

bootstrap, order, job_id = sys.argv[1:]
failures = []


def delivered(error, record):
    if error is not None:
        failures.append(error)


# The partitioner of Java's clients. With librdkafka's own, the order and the completion that Kafka Streams joins
# with it are in different partitions.
producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "partitioner": "murmur2_random"})
producer.produce("orders", key=order, value=json.dumps({"number": order}), callback=delivered)
request = {"job_id": job_id, "labels": {"order": order}}
producer.produce("ims.jobs.requests", key=job_id, value=json.dumps(request), callback=delivered)
producer.flush()
sys.exit(f"not written: {failures[0]}" if failures else 0)
