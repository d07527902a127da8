import type { AppointmentKind } from '../../content/schema.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { findKind } from './kinds.ts'

type Told = { kind: string; product: string; phone: string; address: string }

/** The kind and the product of that name; refused without what this kind cannot do without. */
export function wantedKind(
  { content }: Services,
  { kind: id, product, phone, address }: Told,
): { kind: AppointmentKind; product: string | null } {
  const kind = findKind(content, id)
  if (!kind) throw invalid('kind', 'choice')
  if (product && !content.products.some(({ slug }) => slug === product)) throw invalid('product', 'choice')
  if (kind.where === 'call' && !phone) throw invalid('phone', 'required')
  if (kind.where === 'visit' && !address) throw invalid('address', 'required')
  return { kind, product: product || null }
}
