// SheetJS (xlsx): CSV as a sheet, with what it takes for numbers and dates, or as text.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { listed, table, tell } from './told.mjs'

const XLSX = createRequire(import.meta.url)('xlsx')

await tell('xlsx', async (folder, way) => {
  const tables = {}
  for (const resource of listed(folder)) {
    const text = readFileSync(join(folder, resource.path), 'utf8')
    const book = XLSX.read(text, { type: 'string', raw: way === 'text', cellDates: true })
    const rows = XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, defval: null })
    tables[resource.name] = table(rows[0], rows.slice(1))
  }
  return [[], tables]
})
