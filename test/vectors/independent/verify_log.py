#!/usr/bin/env python3
"""Verifies a published log from docs/record-format.md alone: Python's standard library and the openssl command.

    verify_log.py LOG-DIR VKEY [OLD-CHECKPOINT]

Prints what is wrong, one line each, and exits 6; or says what was verified and exits 0.
"""

import base64
import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile


class Wrong(Exception):
    """Something that does not verify; the text says what."""


def sha256(data):
    return hashlib.sha256(data).digest()


# ---- the tree ----------------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return sha256(b"\0" + entry)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def tree_hash(hashes):
    """RFC 6962: splits at the largest power of two below the number of leaves."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else sha256(b"")
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(tree_hash(hashes[:split]), tree_hash(hashes[split:]))


def root_of_inclusion(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2: the root that a proof leads to; Wrong when it cannot be a proof of this place."""
    place, last, root = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise Wrong("the inclusion proof is too long")
        if place & 1 or place == last:
            root = node_hash(other, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, other)
        place, last = place >> 1, last >> 1
    if index >= size or last != 0:
        raise Wrong("the inclusion proof is too short, or of no entry")
    return root


# ---- signed notes ------------------------------------------------------------------------------------------------


def from_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("bad base64") from None
    if base64.b64encode(data).decode() != text:
        raise Wrong("base64 in another spelling")
    return data


def parse_vkey(text):
    name, key_id, data = text.strip().split("+", 2)
    key = from_base64(data)
    if key[:1] != b"\1" or len(key) != 33 or sha256(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Wrong("the vkey is none of Ed25519, or its key id is not that of its key")
    return name, bytes.fromhex(key_id), key[1:]


def openssl(arguments, key, message, signature, form):
    """True when openssl accepts the signature; `form` is the format of the public key."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, data in (("key", key), ("message", message), ("signature", signature)):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(data)
        command = [argument.format(form=form, **paths) for argument in arguments]
        return subprocess.run(["openssl", *command], capture_output=True).returncode == 0


def is_signed_ed25519(public_key, message, signature):
    spki = bytes.fromhex("302a300506032b6570032100") + public_key
    command = "pkeyutl -verify -pubin -keyform {form} -inkey {key} -rawin -in {message} -sigfile {signature}"
    return len(signature) == 64 and openssl(command.split(), spki, message, signature, "DER")


def read_checkpoint(note, vkey):
    """Origin, size and root of a signed checkpoint; Wrong unless the key of this name has signed it."""
    name, key_id, public_key = parse_vkey(vkey)
    if re.search(rb"[\x00-\x09\x0b-\x1f]", note) or not note.endswith(b"\n"):
        raise Wrong("the note holds control characters or is cut")
    text, blank, signatures = note.decode().rpartition("\n\n")
    text += "\n"
    good = 0
    for line in signatures[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if not blank or match is None:
            raise Wrong("the note is malformed")
        signature = from_base64(match[2])
        if match[1] == name and signature[:4] == key_id:
            if not is_signed_ed25519(public_key, text.encode(), signature[4:]):
                raise Wrong("the checkpoint has a bad signature of the log key")
            good += 1
    if good == 0:
        raise Wrong("the log key has not signed the checkpoint")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or lines[0] != name or not re.fullmatch(r"0|[1-9][0-9]*", lines[1]) or "" in lines:
        raise Wrong("the checkpoint is malformed or of another log")
    root = from_base64(lines[2])
    if len(root) != 32 or int(lines[1]) > 2**53 - 1:
        raise Wrong("the checkpoint has no root or an impossible size")
    return name, int(lines[1]), root


# ---- the directory -----------------------------------------------------------------------------------------------


def tile_path(level, number, width):
    groups = []
    while number >= 1000 or not groups:
        groups.insert(0, f"{number % 1000:03}")
        number //= 1000
    if number:
        groups.insert(0, f"{number:03}")
    groups = ["x" + group for group in groups[:-1]] + groups[-1:]
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == 256 else f".p/{width}")


def tiles_of(size):
    """Every tile and bundle that a log of this size has, as (level, number, width)."""
    for level in range(64):
        hashes = size >> 8 * level
        if hashes == 0:
            return
        for kind in [level] if level else ["entries", 0]:
            yield from ((kind, number, 256) for number in range(hashes // 256))
            if hashes % 256:
                yield kind, hashes // 256, hashes % 256


def read_file(path):
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise Wrong(f"{path} is not a regular file")
    with open(path, "rb") as file:
        return file.read()


def read_tile(log, level, number, width):
    """A partial one that is gone is the head of the full one."""
    path = os.path.join(log, tile_path(level, number, width))
    if os.path.lexists(path) or width == 256:
        return read_file(path)
    full = read_file(os.path.join(log, tile_path(level, number, 256)))
    return head_of(level, full, width)


def head_of(level, data, width):
    if level != "entries":
        return data[: 32 * width]
    end = 0
    for _ in range(width):
        end += 2 + int.from_bytes(data[end : end + 2], "big")
    return data[:end]


def entries_of(bundle, width):
    entries, offset = [], 0
    for _ in range(width):
        length = int.from_bytes(bundle[offset : offset + 2], "big")
        offset += 2 + length
        entries.append(bundle[offset - length : offset])
    if offset != len(bundle):
        raise Wrong("does not hold exactly its entries")
    return entries


def verify_tiles(log, size, sizes):
    """Reads every entry, compares every tile; gives the roots over the first entries, for each of the sizes."""
    levels = {0: []}
    for level, number, width in tiles_of(size):
        path = tile_path(level, number, width)
        try:
            data = read_tile(log, level, number, width)
            if level == "entries":
                levels[0] += [leaf_hash(entry) for entry in entries_of(data, width)]
                continue
        except (OSError, Wrong) as problem:
            raise Wrong(f"{path}: {problem}") from None
        if level not in levels:
            below = levels[level - 1]
            levels[level] = [tree_hash(below[i : i + 256]) for i in range(0, len(below) // 256 * 256, 256)]
        if data != b"".join(levels[level][256 * number : 256 * number + width]):
            raise Wrong(f"{path} is not what the entries give")
    return [tree_hash(levels[0][:one]) for one in sizes]


def verify_names(log, size):
    """Nothing stands under tile/ but what the size needs, or partials of smaller sizes that are prefixes of it."""
    needed = {tile_path(*tile): tile for tile in tiles_of(size)}
    widest = {(level, number): width for level, number, width in needed.values()}
    for folder, folders, names in os.walk(os.path.join(log, "tile")):
        for name in folders:
            if os.path.islink(os.path.join(folder, name)):
                raise Wrong(f"{name} is a link")
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), log)
            data = read_file(os.path.join(folder, name))
            if path not in needed and not is_older_partial(log, path, data, widest):
                raise Wrong(f"{path} does not belong to a log of {size} entries")


def is_older_partial(log, path, data, widest):
    match = re.fullmatch(r"tile/(entries|[0-9]+)/((?:x[0-9]{3}/)*[0-9]{3})\.p/([1-9][0-9]{0,2})", path)
    if match is None:
        return False
    level = match[1] if match[1] == "entries" else int(match[1])
    number, width = int(match[2].replace("x", "").replace("/", "")), int(match[3])
    today = widest.get((level, number), 0)
    if width >= today or tile_path(level, number, width) != path:
        return False
    return data == head_of(level, read_tile(log, level, number, today), width)


def verify_log(log, vkey, old=None):
    name, size, root = read_checkpoint(read_file(os.path.join(log, "checkpoint")), vkey)
    _, old_size, old_root = (name, 0, sha256(b"")) if old is None else read_checkpoint(read_file(old), vkey)
    if old_size > size:
        raise Wrong(f"the older checkpoint covers {old_size} entries, this log only {size}")
    found_root, found_old = verify_tiles(log, size, [size, old_size])
    if found_root != root:
        raise Wrong("the entries give another root than the signed one")
    if found_old != old_root:
        raise Wrong("the older checkpoint is no prefix of this log: it was rewritten")
    verify_names(log, size)
    return f"{name}: {size} entries, root {root.hex()}"


def run(verify, arguments):
    try:
        print(verify(*arguments))
        return 0
    except (Wrong, OSError, ValueError, KeyError, IndexError, TypeError, RecursionError) as problem:
        print(f"NOT VERIFIED: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 6


if __name__ == "__main__":
    sys.exit(run(verify_log, sys.argv[1:]))
