// datapackage (JavaScript, version 1 of the standard): descriptor, then every row with its types, keys and relations.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { records, tell } from './told.mjs'

const { Package } = createRequire(import.meta.url)('datapackage')

await tell('datapackage', async folder => {
  const opened = await Package.load(folder.endsWith('.zip') ? folder : join(folder, 'datapackage.json'))
  const faults = [...opened.errors]
  const tables = {}
  for (const resource of opened.resources) {
    try {
      tables[resource.name] = records(await resource.read({ keyed: true, relations: true }))
    } catch (error) {
      faults.push(...(error.errors?.length ? error.errors : [error]))
    }
  }
  if (faults.length) return [faults, tables]
  for (const resource of opened.resources) { // without the rows that are referred to in place of ids
    tables[resource.name] = records(await resource.read({ keyed: true }))
  }
  return [faults, tables]
})
