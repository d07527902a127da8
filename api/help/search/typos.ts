/** How many mistakes a word may hold: none up to four letters, one from five, two from nine, as in Meilisearch. */
export function typosAllowed(word: string): number {
  return word.length < 5 ? 0 : word.length < 9 ? 1 : 2
}

/**
 * The mistakes between what was typed and a word: a letter wrong, missing, too many or swapped with its neighbour counts one, a
 * wrong first letter two. `unfinished` compares with the beginning of the word only. Infinity when there are more than `most`.
 */
export function typosBetween(typed: string, word: string, most: number, unfinished = false): number {
  const far = typed.length - word.length > most || (!unfinished && word.length - typed.length > most)
  const wrongStart = typed[0] === word[0] ? 0 : 1
  if (far || wrongStart >= most) return Number.POSITIVE_INFINITY
  const target = unfinished ? word.slice(0, typed.length + most) : word

  let beforeLast: number[] = []
  let last = Array.from({ length: target.length + 1 }, (_, column) => column)
  for (let row = 1; row <= typed.length; row++) {
    const current = [row]
    for (let column = 1; column <= target.length; column++) {
      current[column] = distanceAt(typed, target, row, column, current, last, beforeLast)
    }
    if (Math.min(...current) > most) return Number.POSITIVE_INFINITY
    beforeLast = last
    last = current
  }
  const distance = wrongStart + (unfinished ? Math.min(...last) : (last[target.length] ?? 0))
  return distance <= most ? distance : Number.POSITIVE_INFINITY
}

/** One cell of the table of optimal string alignment. */
function distanceAt(a: string, b: string, row: number, column: number, current: number[], last: number[], beforeLast: number[]): number {
  const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
  const shortest = Math.min(replaced, at(last, column) + 1, at(current, column - 1) + 1)
  const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
  return swapped ? Math.min(shortest, at(beforeLast, column - 2) + 1) : shortest
}

function at(distances: number[], column: number): number {
  return distances[column] ?? Number.POSITIVE_INFINITY
}
