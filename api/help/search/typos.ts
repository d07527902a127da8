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
  const last = lastRow(typed, unfinished ? word.slice(0, typed.length + most) : word, most)
  const distance = wrongStart + (unfinished ? Math.min(...last) : (last.at(-1) ?? Number.POSITIVE_INFINITY))
  return distance <= most ? distance : Number.POSITIVE_INFINITY
}

/** Optimal string alignment: the mistakes between `typed` and each beginning of `target`, or nothing once they are too many. */
function lastRow(typed: string, target: string, most: number): number[] {
  let beforeLast: number[] = []
  let last = Array.from({ length: target.length + 1 }, (_, column) => column)
  for (let row = 1; row <= typed.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= target.length; column++) {
      const same = typed[row - 1] === target[column - 1]
      let mistakes = Math.min(at(last, column - 1) + (same ? 0 : 1), at(last, column) + 1, at(current, column - 1) + 1)
      const swapped = column > 1 && typed[row - 1] === target[column - 2] && typed[row - 2] === target[column - 1]
      if (swapped) mistakes = Math.min(mistakes, at(beforeLast, column - 2) + 1)
      current.push(mistakes)
      least = Math.min(least, mistakes)
    }
    if (least > most) return []
    beforeLast = last
    last = current
  }
  return last
}

function at(row: number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}

/** The letters of a word as bits. Each typo adds or removes one letter at most, so most words are ruled out by counting bits. */
export function lettersOf(word: string): number {
  let letters = 0
  for (let index = 0; index < word.length; index++) letters |= 1 << (word.charCodeAt(index) & 31)
  return letters
}

/** Whether `typed` has more letters that the word lacks than typos could explain. */
export function hasTooManyOthers(typed: number, word: number, most: number): boolean {
  let others = typed & ~word
  for (let count = 0; others; count++) {
    if (count === most) return true
    others &= others - 1 // takes the lowest bit away
  }
  return false
}
