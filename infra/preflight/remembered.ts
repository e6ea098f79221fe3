/** The question, asked of AWS once for each input: several checks want the same answer. */
export function remembered<I, O>(ask: (input: I) => Promise<O>): (input: I) => Promise<O> {
  const answers = new Map<string, Promise<O>>();
  return (input) => {
    const key = JSON.stringify(input);
    const answer = answers.get(key) ?? ask(input);
    answers.set(key, answer);
    return answer;
  };
}
