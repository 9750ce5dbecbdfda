// parquet-wasm with apache-arrow: Parquet into Arrow.
import { tableFromIPC } from 'apache-arrow'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { listed, table, tell } from './told.mjs'

const { readParquet } = createRequire(import.meta.url)('parquet-wasm/node')

await tell('parquet-wasm', async folder => {
  const tables = {}
  for (const resource of listed(folder)) {
    const found = tableFromIPC(readParquet(readFileSync(join(folder, resource.path))).intoIPCStream())
    const names = found.schema.fields.map(field => field.name)
    const days = new Set(found.schema.fields.filter(field => String(field.type).startsWith('Date')).map(field => field.name))
    tables[resource.name] = table(names, Array.from(found, row => names.map(name => days.has(name) && row[name] !== null ? new Date(row[name]) : row[name])))
  }
  return [[], tables]
})
