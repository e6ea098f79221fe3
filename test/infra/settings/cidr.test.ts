import { overlap, parseCidr, quarters } from '../../../infra/settings/cidr';

test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.256/24', '10.0.0.1/16', 'ten/8', '', '10.0.0.0/16/'])(
  '%j is no CIDR block',
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);

test('a CIDR block has its first address and its prefix', () => {
  expect(parseCidr('10.1.0.0/16')).toEqual({ first: 10 * 2 ** 24 + 2 ** 16, prefix: 16 });
  expect(parseCidr('255.255.255.255/32')).toEqual({ first: 2 ** 32 - 1, prefix: 32 });
});

test.each([
  ['10.0.0.0/16', '10.0.0.0/16', true],
  ['10.0.0.0/16', '10.0.255.0/24', true],
  ['10.0.255.0/24', '10.0.0.0/16', true],
  ['10.0.0.0/16', '10.1.0.0/16', false],
  ['10.0.1.0/24', '10.0.2.0/24', false],
])('%s and %s share an address: %s', (one, other, shares) => {
  expect(overlap(parseCidr(one)!, parseCidr(other)!)).toBe(shares);
});

test('a block has four equal parts', () => {
  expect(quarters(parseCidr('10.0.0.0/16')!)).toEqual([
    '10.0.0.0/18',
    '10.0.64.0/18',
    '10.0.128.0/18',
    '10.0.192.0/18',
  ]);
  expect(quarters(parseCidr('192.168.1.0/24')!)[3]).toBe('192.168.1.192/26');
});
