/** Reads evidence, some of which may be refused or missing. It records what cannot be read, and continues. */
export class Reader {
  private readonly refusals: string[] = [];

  async read<T>(what: string, question: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await question;
    } catch (error) {
      this.refusals.push(`${what} (${error instanceof Error ? error.name : 'Error'})`);
      return otherwise;
    }
  }

  /** Sources that could not be read, and the reasons. */
  get unread(): readonly string[] {
    return this.refusals;
  }
}
