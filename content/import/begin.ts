import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A content folder with a company and nothing to sell or to say yet: what a build cannot do without, from another company's. */
export function beginContent(into: string, template: string) {
  mkdirSync(join(into, 'pictures'), { recursive: true })
  const company = parse(readFileSync(join(template, 'company.yaml'), 'utf8')) as { logo: string } // the loader has checked it
  const categories = parse(readFileSync(join(template, 'categories.yaml'), 'utf8')) as { picture: string }[]
  for (const file of ['company.yaml', 'categories.yaml', 'synonyms.yaml']) copyFileSync(join(template, file), join(into, file))
  for (const picture of [company.logo, ...categories.map(({ picture }) => picture)])
    copyFileSync(join(template, 'pictures', picture), join(into, 'pictures', picture))
}
