// Arrow as the module that DuckDB's script imports by name; the script of Arrow has run before.
const {RecordBatchReader, Table, Type, tableToIPC} = globalThis.Arrow;
export {RecordBatchReader, Table, Type, tableToIPC};
