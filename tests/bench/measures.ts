/** How well a ranking answers a question, each 0 to 1: the usual three of retrieval. */
export type Measures = { mrr10: number; recall5: number; ndcg10: number }

export function measuresOf(ranking: string[], relevant: string[]): Measures {
  const isRelevant = (id: string) => relevant.includes(id)
  const first = ranking.slice(0, 10).findIndex(isRelevant)
  const gain = sum(ranking.slice(0, 10).map((id, at) => (isRelevant(id) ? discount(at) : 0)))
  const most = sum(relevant.slice(0, 10).map((_, at) => discount(at)))
  return {
    mrr10: first < 0 ? 0 : 1 / (first + 1),
    recall5: ranking.slice(0, 5).filter(isRelevant).length / relevant.length,
    ndcg10: gain / most,
  }
}

export function meanOf(all: Measures[]): Measures {
  const mean = (of: keyof Measures) => sum(all.map((one) => one[of])) / Math.max(1, all.length)
  return { mrr10: mean('mrr10'), recall5: mean('recall5'), ndcg10: mean('ndcg10') }
}

function discount(at: number): number {
  return 1 / Math.log2(at + 2)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
