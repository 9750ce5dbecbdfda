// Arquero: CSV with the types it guesses, or as text.
import * as aq from 'arquero'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listed, records, tell } from './told.mjs'

await tell('arquero', async (folder, way) => {
  const tables = {}
  for (const resource of listed(folder)) {
    const found = aq.fromCSV(readFileSync(join(folder, resource.path), 'utf8'), { autoType: way === 'defaults' })
    tables[resource.name] = records(found.objects({ limit: Infinity }), found.columnNames())
  }
  return [[], tables]
})
