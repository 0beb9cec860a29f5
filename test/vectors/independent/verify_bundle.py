#!/usr/bin/env python3
"""Verifies the evidence bundle of a run from docs/record-format.md alone, with nothing but Python and openssl.

    verify_bundle.py BUNDLE.zip VKEY

Goes through the page's steps and stops at the first that fails (exit 6).
"""

import base64
import binascii
import hmac
import json
import re
import struct
import sys

from execution_record import coverage_of, record_of
from verify_log import (
    Wrong,
    from_base64,
    leaf_hash,
    openssl,
    parse_vkey,
    read_checkpoint,
    read_file,
    root_of_inclusion,
    run,
    sha256,
    tree_hash,
)


def require(condition, problem):
    if not condition:
        raise Wrong(problem)


# ---- canonical JSON ----------------------------------------------------------------------------------------------


def canonical(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        require(abs(value) <= 2**53 - 1, "a number beyond 2^53 - 1")
        return str(value)
    if isinstance(value, str):
        value.encode()
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    require(isinstance(value, dict), "null or a fraction")
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"


def parse_canonical(data, what):
    value = json.loads(data.decode())
    require(canonical(value).encode() == data, f"{what} is not canonical")
    return value


def dense(value):
    """As envelopes and the Sigstore bundle are written: members as they stand, no spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- 1. container ------------------------------------------------------------------------------------------------

SEGMENT = "[A-Za-z0-9_][A-Za-z0-9_.-]*"


def read_zip(data):
    files, offset, last = {}, 0, ""
    while data[offset : offset + 4] == b"PK\3\4":
        size, name_length = struct.unpack_from("<I4xH", data, offset + 18)
        start = offset + 30 + name_length
        name = data[offset + 30 : start].decode("ascii")
        require(re.fullmatch(f"{SEGMENT}(/{SEGMENT})*", name) and name > last, f"bad or unsorted name {name!r}")
        require(start + size <= len(data), f"{name} is cut")
        files[name], offset, last = data[start : start + size], start + size, name
    require(files and lay_out(files) == data, "the container is not laid out as a bundle is")
    return files


def lay_out(files):
    body, directory = b"", b""
    for name in sorted(files):
        data, path = files[name], name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, binascii.crc32(data), len(data), len(data), len(path), 0)
        directory += b"PK\1\2" + struct.pack("<H", 3 << 8 | 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(body)) + path
        body += b"PK\3\4" + common + path + data
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


# ---- 2 and 3. manifest and signatures ----------------------------------------------------------------------------


def lines_of(data):
    require(data.endswith(b"\n"), "the last line is cut")
    return data[:-1].split(b"\n")


def check_manifest(files, manifest):
    require(manifest["v"] == 1, "the manifest is of another version")
    listed = {row["name"]: (row["bytes"], row["sha256"]) for row in manifest["files"]}
    there = {name: (len(data), sha256(data).hex()) for name, data in files.items() if not name.startswith("manifest.")}
    require(listed == there, "the manifest lists other files than there are")
    erasures = {row["entry"] for row in index_of(files) if row["state"] == "erased"}
    known = r"README\.txt|report\.html|manifest\.json|manifest\.dsse\.json|record\.intoto\.jsonl|record\.sigstore\.json"
    known += r"|events\.jsonl|checkpoint|proofs/closing\.tlog-proof|proofs/record\.(entry\.json|tlog-proof)|keys/log\.vkey"
    known += r"|keys/statement-[0-9a-f]{64}\.(pem|entry\.json)|proofs/(key|log|revoked)-[0-9a-f]{64}\.tlog-proof"
    known += r"|keys/(log|revoked)-[0-9a-f]{64}\.entry\.json|(parts|changes)/.*"
    for name in files:
        erased_by = re.fullmatch(r"proofs/erased-by-([0-9]+)\.(entry\.json|tlog-proof)", name)
        has_place = int(erased_by[1]) in erasures if erased_by else re.fullmatch(known, name)
        require(has_place, f"{name} has no place in a bundle")


def keys_of(files):
    keys = {}
    for name, data in files.items():
        match = re.fullmatch(r"keys/statement-([0-9a-f]{64})\.pem", name)
        if match:
            spki = from_base64("".join(data.decode().split("\n")[1:-2]))
            require(data == pem_of(spki) and sha256(spki).hex() == match[1], f"{name} is another key")
            keys[match[1]] = spki
    return keys


def pem_of(spki):
    text = base64_of(spki)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode()


def open_envelope(line, payload_type, keys):
    """Payload, key id and signature of a signed envelope in its one spelling."""
    envelope = json.loads(line)
    [signature] = envelope["signatures"]
    fields = {"payload": envelope["payload"], "payloadType": payload_type}
    fields["signatures"] = [{"keyid": signature["keyid"], "sig": signature["sig"]}]
    require(dense(fields).encode() == line, "an envelope is malformed or of another type")
    payload, sig = from_base64(envelope["payload"]), from_base64(signature["sig"])
    command = "dgst -sha256 -keyform {form} -verify {key} -signature {signature} {message}"
    key = keys.get(signature["keyid"], b"")
    signed = openssl(command.split(), key, pre_auth_encoding(payload_type, payload), sig, "DER")
    require(signed, "an envelope is not signed by a key of the bundle")
    return payload, signature["keyid"], sig


def pre_auth_encoding(payload_type, payload):
    return f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} ".encode() + payload


# ---- 5. inclusion ------------------------------------------------------------------------------------------------


def index_in_log(files, checkpoint, entry, path):
    """Proves an entry to be in the log of the bundle's checkpoint; gives its index."""
    head, blank, note = files[path].decode().partition("\n\n")
    require(blank and note.encode() == files["checkpoint"], f"{path} carries another checkpoint")
    title, index, *hashes = head.split("\n")
    place = re.fullmatch(r"index (0|[1-9][0-9]*)", index)
    require(title == "c2sp.org/tlog-proof@v1" and place, f"{path} is no proof")
    _, size, root = checkpoint
    proof = [from_base64(line) for line in hashes]
    require(root_of_inclusion(leaf_hash(entry), int(place[1]), size, proof) == root, f"{path} proves nothing")
    return int(place[1])


def attestation_entry(payload, sig, spki):
    digest = sha256(pre_auth_encoding(IN_TOTO, payload))
    verifier = {"keyDetails": "PKIX_ECDSA_P256_SHA_256", "publicKey": {"rawBytes": base64_of(spki)}}
    spec = {
        "data": {"algorithm": "SHA2_256", "digest": base64_of(digest)},
        "signature": {"content": base64_of(sig), "verifier": verifier},
    }
    return canonical({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": spec}}).encode()


def sigstore_bundle(files, vkey, checkpoint, record):
    _, size, root = checkpoint
    name, _, public_key = parse_vkey(vkey)
    payload, key_id, sig, index = record
    hashes = files["proofs/record.tlog-proof"].decode().partition("\n\n")[0].split("\n")[2:]
    entry = {
        "logIndex": str(index),
        "logId": {"keyId": base64_of(sha256(name.encode() + b"\n\1" + public_key))},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"},
        "integratedTime": "0",
        "inclusionProof": {
            "logIndex": str(index),
            "rootHash": base64_of(root),
            "treeSize": str(size),
            "hashes": hashes,
            "checkpoint": {"envelope": files["checkpoint"].decode()},
        },
        "canonicalizedBody": base64_of(files["proofs/record.entry.json"]),
    }
    signed = {"payload": base64_of(payload), "payloadType": IN_TOTO, "signatures": [{"keyid": key_id, "sig": base64_of(sig)}]}
    material = {"publicKey": {"hint": key_id}, "tlogEntries": [entry], "timestampVerificationData": {}}
    media_type = "application/vnd.dev.sigstore.bundle.v0.3+json"
    return dense({"mediaType": media_type, "verificationMaterial": material, "dsseEnvelope": signed}).encode() + b"\n"


def base64_of(data):
    return base64.b64encode(data).decode()


# ---- 6. keys -----------------------------------------------------------------------------------------------------


def check_key(files, checkpoint, key_id, upto):
    """The key was added before the entry `upto`, and nothing revoked it before."""
    entry = files[f"keys/statement-{key_id}.entry.json"]
    event = parse_canonical(entry, "a key's entry")
    require(event["kind"] == "key.added" and event["data"]["publicKeySha256"] == key_id, "an entry adds another key")
    require(event["data"].get("use", "statements") == "statements", "a key was added for another use")
    index = index_in_log(files, checkpoint, entry, f"proofs/key-{key_id}.tlog-proof")
    require(index < upto, f"the key {key_id} was added too late")
    revoked = files.get(f"keys/revoked-{key_id}.entry.json")
    if revoked is not None:
        index = index_in_log(files, checkpoint, revoked, f"proofs/revoked-{key_id}.tlog-proof")
        event = parse_canonical(revoked, "a key's entry")
        require(event["kind"] == "key.revoked" and event["data"]["publicKeySha256"] == key_id, "an entry revokes another key")
        require(index >= upto, f"the key {key_id} was revoked before")


# ---- 7. completeness ---------------------------------------------------------------------------------------------


def check_events(lines):
    events = [parse_canonical(line, f"event {seq}") for seq, line in enumerate(lines)]
    require(all(len(line) <= 65535 for line in lines), "an event is too large")
    require([event["seq"] for event in events] == list(range(len(events))), "an event is missing")
    require(len({event["run"] for event in events}) == 1, "an event is of another run")
    require(len({event["id"] for event in events}) == len(events), "two events have one id")
    end = events[-1]
    require(events[0]["kind"] == "run.opened", "the run has no opening")
    require(end["kind"] in ("run.closed", "run.abandoned"), "the run has no end")
    before = tree_hash([leaf_hash(line) for line in lines[:-1]]).hex()
    require((end["data"]["count"], end["data"]["root"]) == (len(lines) - 1, before), "the run was closed over other events")
    return events


# ---- 8. parts ----------------------------------------------------------------------------------------------------


def index_of(files):
    return parse_canonical(files["parts/index.json"], "parts/index.json")["parts"]


def check_parts(files, checkpoint, events):
    rows = index_of(files)
    committed = {(event["id"], name): (event, part) for event in events for name, part in event.get("parts", {}).items()}
    require(sorted((row["event"], row["name"]) for row in rows) == sorted(committed), "a part has no row, or two")
    for row in rows:
        event, part = committed[row["event"], row["name"]]
        if row["state"] == "disclosed":
            body, salt = files[row["file"]], bytes.fromhex(row["salt"])
            commitment = hmac.digest(salt, b"custody/part/v1\0" + body, "sha256").hex()
            stated = (part["alg"], part["commitment"], part["bytes"])
            require(stated == ("hmac-sha256", commitment, len(body)), f"the part {row['name']} is another")
            continue
        require(row["state"] in ("withheld", "erased") and "file" not in row, f"the part {row['name']} is missing")
        if row["state"] == "erased":
            check_erasure(files, checkpoint, row, event)
    used = {row["file"] for row in rows if "file" in row} | {"parts/index.json"}
    require(used == {name for name in files if re.match("(parts|changes)/", name)}, "a body belongs to no part")
    return rows


def check_erasure(files, checkpoint, row, event):
    path = f"proofs/erased-by-{row['entry']}"
    entry = files[f"{path}.entry.json"]
    erasure = parse_canonical(entry, "an erasure")
    index = index_in_log(files, checkpoint, entry, f"{path}.tlog-proof")
    require(erasure["kind"] == "part.erased" and index == row["entry"], "an erasure is not where it is said to be")
    named = erasure["data"].get("parts", {}).get(event["id"], [])
    of_run = event["run"] in erasure["data"].get("runs", [])
    require(of_run or row["name"] in named, f"nobody erased the part {row['name']}")


# ---- all of it ---------------------------------------------------------------------------------------------------

IN_TOTO = "application/vnd.in-toto+json"
RECORD = "https://custody.dev/execution-record/v1"


def verify_bundle(path, vkey):
    files = read_zip(read_file(path))
    manifest = parse_canonical(files["manifest.json"], "manifest.json")
    check_manifest(files, manifest)
    keys = keys_of(files)
    [envelope] = lines_of(files["manifest.dsse.json"])
    payload, manifest_key, _ = open_envelope(envelope, MANIFEST, keys)
    require(payload == files["manifest.json"], "another manifest was signed")
    statements = [open_envelope(line, IN_TOTO, keys) for line in lines_of(files["record.intoto.jsonl"])]
    [record] = [one for one in statements if json.loads(one[0])["predicateType"] == RECORD]
    checkpoint = read_checkpoint(files["checkpoint"], vkey)
    require(files["keys/log.vkey"].decode() == f"{vkey}\n", "the bundle names another log key")
    lines = lines_of(files["events.jsonl"])
    index_in_log(files, checkpoint, lines[-1], "proofs/closing.tlog-proof")
    payload, key_id, sig = record
    entry = attestation_entry(payload, sig, keys[key_id])
    require(entry == files["proofs/record.entry.json"], "proofs/record.entry.json is not of this record")
    index = index_in_log(files, checkpoint, entry, "proofs/record.tlog-proof")
    sigstore = sigstore_bundle(files, vkey, checkpoint, (payload, key_id, sig, index))
    require(sigstore == files["record.sigstore.json"], "record.sigstore.json is not of this record")
    for _, signer, _ in statements:
        check_key(files, checkpoint, signer, index)
    check_key(files, checkpoint, manifest_key, checkpoint[1])
    events = check_events(lines)
    statement = parse_canonical(payload, "the execution record")
    root = tree_hash([leaf_hash(line) for line in lines]).hex()
    check_record(statement, record_of(events, root), coverage_of(events))
    rows = check_parts(files, checkpoint, events)
    states = [row["state"] for row in rows]
    counts = {"files": len(files), "events": len(events), "statements": len(statements), "parts": len(rows)}
    counts |= {state: states.count(state) for state in ("disclosed", "withheld", "erased")}
    stated = {name: manifest["counts"].get(name) for name in counts}
    require(stated == counts and manifest["run"] == events[0]["run"], "the manifest counts other things")
    return f"{manifest['run']}: " + ", ".join(f"{count} {name}" for name, count in counts.items())


MANIFEST = "application/vnd.custody.manifest+json"


def check_record(statement, expected, coverage):
    require(statement["_type"] == "https://in-toto.io/Statement/v1", "the record is no statement")
    require(statement["subject"] == expected["subject"], "the record is about other commits or events")
    for name, value in {**expected["predicate"], "coverage": coverage}.items():
        require(statement["predicate"].get(name) == value, f"the record states other {name} than the events")


if __name__ == "__main__":
    sys.exit(run(verify_bundle, sys.argv[1:]))
