#!/usr/bin/env bash
# Writes constraints.txt: every package with its hashes, but torch, whose build differs by machine.
set -euo pipefail
cd "$(dirname "$0")/.."
locked=$(mktemp)
CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/pip-compile --quiet --extra dev --generate-hashes --strip-extras --upgrade \
  --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-options --output-file "$locked" pyproject.toml
awk '/^[a-z]/ { torch = /^torch==/ } !torch' "$locked" > constraints.txt
