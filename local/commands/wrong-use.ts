/** Refuses a command line. The first line of the message is the mistake, the second the remedy. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';

  constructor(mistake: string, remedy?: string) {
    super(remedy ? `${mistake}\n${remedy}` : mistake);
  }
}
