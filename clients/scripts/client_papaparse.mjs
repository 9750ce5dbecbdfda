// Papa Parse: rows as text, or with the types it guesses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { listed, records, tell } from './told.mjs'

await tell('papaparse', async (folder, way) => {
  const tables = {}
  const faults = []
  for (const resource of listed(folder)) {
    const text = readFileSync(join(folder, resource.path), 'utf8')
    const found = Papa.parse(text, { header: true, skipEmptyLines: true, dynamicTyping: way === 'defaults' })
    faults.push(...found.errors)
    tables[resource.name] = records(found.data, found.meta.fields)
  }
  return [faults, tables]
})
