"""Every message that crosses the wire, as one pydantic model each, by subject.

The JSON Schema (`docs/protocol.schema.json`) and the extension's types
(`extension/types/protocol.d.ts`) are generated from these by
`python -m pressrun.protocol.schema --write`.
"""
