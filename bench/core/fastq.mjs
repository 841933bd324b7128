// The bare job of a peer that tracks nothing.
import fastq from 'fastq'
import { tell, timed } from '../lib/rounds.mjs'

const [count = '100000', rounds = '5'] = process.argv.slice(2)
const pieces = Number(count)
const queue = fastq.promise(async () => {}, 256)

async function job() {
  const jobs = []
  for (let n = 0; n < pieces; n++) jobs.push(queue.push({ n }))
  await Promise.all(jobs)
}

tell(await timed(pieces, Number(rounds), job))
