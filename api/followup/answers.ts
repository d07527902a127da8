/** Why not now. The last two end the offer, as declining it does; after the others it stands, and we stop asking. */
export const NOT_NOW = ['deciding', 'season', 'budget', 'no-time', 'chose-another', 'not-needed'] as const
export type NotNow = (typeof NOT_NOW)[number]

export function endsOffer(reason: NotNow): reason is 'chose-another' | 'not-needed' {
  return reason === 'chose-another' || reason === 'not-needed'
}
