"""Prints a language server session: open a file with one fault, and leave."""

import json
import os
import sys

uri = "file://" + os.path.abspath(sys.argv[1])
text = """func.func @f(%x: tensor<1x8xf32>) {
  %0 = ofa.relu "r" %x : (tensor<1x8xf32>) -> tensor<1x4xf32>
  return
}
"""
messages = [
    {"id": 0, "method": "initialize",
     "params": {"processId": None, "rootUri": None, "capabilities": {}}},
    {"method": "textDocument/didOpen",
     "params": {"textDocument": {"uri": uri, "languageId": "mlir", "version": 1,
                                 "text": text}}},
    {"id": 1, "method": "shutdown"},
    {"method": "exit"},
]
for message in messages:
    body = json.dumps({"jsonrpc": "2.0", **message})
    sys.stdout.write(f"Content-Length: {len(body)}\r\n\r\n{body}")
