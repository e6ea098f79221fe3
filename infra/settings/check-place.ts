import { type Mistakes, show } from './mistakes';

export interface Place {
  readonly account: unknown;
  readonly region: unknown;
  readonly certificate: unknown;
}

/** Checks where an environment lives, and that its certificate lives there too. */
export function checkPlace(mistakes: Mistakes, path: string, { account, region, certificate }: Place): void {
  if (account !== undefined) {
    mistakes.text(`${path}.account`, account, { pattern: /^\d{12}$/, right: 'the 12 digits of an account, as text' });
  }
  if (region !== undefined) {
    mistakes.text(`${path}.region`, region, { pattern: REGION, right: 'the name of a region, as "eu-west-1"' });
  }
  if (certificate === undefined) return;
  const place = `${path}.certificate`;
  const right = 'the ARN of an ACM certificate, as "arn:aws:acm:eu-west-1:111122223333:certificate/…"';
  if (!mistakes.text(place, certificate, { pattern: CERTIFICATE, right })) return;
  const [, , , itsRegion, itsAccount] = certificate.split(':');
  // A load balancer takes only a certificate of its own region and account.
  if (typeof region === 'string' && itsRegion !== region) {
    mistakes.add(place, `it is in ${itsRegion}, and ${path}.region is ${show(region)}`, 'use one of that region');
  }
  if (typeof account === 'string' && itsAccount !== account) {
    mistakes.add(place, `it is of ${itsAccount}, and ${path}.account is ${show(account)}`, 'use one of that account');
  }
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z]{2}(-[a-z]+)+-\d:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/;
