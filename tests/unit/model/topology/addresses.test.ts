import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  contains,
  deriveMac,
  firstHost,
  formatAddress,
  formatPrefix,
  isHost,
  overlaps,
  parseAddress,
  parsePrefix,
  type Prefix,
  prefixLength,
} from "../../../../model/topology/addresses";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const prefix = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([number, length]) => parsePrefix(`${formatAddress(number)}/${length}`) as Prefix);
const smallPrefix = prefix.filter(({ length }) => length >= 24);

describe("addresses", () => {
  it("convert to numbers and back", () => {
    fc.assert(fc.property(address, (number) => parseAddress(formatAddress(number)) === number));
    fc.assert(fc.property(fc.ipV4(), (text) => formatAddress(parseAddress(text) ?? -1) === text));
  });
  for (const text of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "1..2.3", "-1.2.3.4"]) {
    it(`${JSON.stringify(text)} is not an address`, () => {
      assert.equal(parseAddress(text), undefined);
    });
  }
  for (const text of ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/24/8", "10.0.0/24", "10.0.0.0/2.5"]) {
    it(`${JSON.stringify(text)} is not a prefix`, () => {
      assert.equal(parsePrefix(text), undefined);
    });
  }
});

describe("prefixes", () => {
  it("192.168.10.0/24 in numbers", () => {
    const lan = parsePrefix("192.168.10.0/24") as Prefix;
    assert.deepEqual(lan, { network: 0xc0a80a00, broadcast: 0xc0a80aff, length: 24 });
    assert.equal(firstHost(lan), "192.168.10.1");
    assert.equal(prefixLength("192.168.10.0/24"), 24);
    assert.throws(() => prefixLength("lan"), /lan is not an IPv4 prefix/);
  });
  it("ignore host bits, and read a plain address as a prefix of 32 bits", () => {
    assert.deepEqual(parsePrefix("10.0.0.7/24"), parsePrefix("10.0.0.0/24"));
    assert.deepEqual(parsePrefix("10.0.0.7"), { network: 0x0a000007, broadcast: 0x0a000007, length: 32 });
  });
  it("convert to numbers and back", () => {
    fc.assert(fc.property(prefix, (one) => assert.deepEqual(parsePrefix(formatPrefix(one)), one)));
  });
  it("contain exactly the addresses with the same leading bits", () => {
    fc.assert(
      fc.property(smallPrefix, address, (one, number) => {
        const bits = 32 - one.length;
        assert.equal(contains(one, number), Math.floor(number / 2 ** bits) === Math.floor(one.network / 2 ** bits));
      }),
    );
    fc.assert(
      fc.property(smallPrefix, (one) => {
        assert.equal(one.broadcast - one.network + 1, 2 ** (32 - one.length));
        assert.ok(contains(one, one.network) && contains(one, one.broadcast));
        assert.ok(!contains(one, one.network - 1) && !contains(one, one.broadcast + 1));
      }),
    );
  });
  it("a host address is inside, but neither first nor last", () => {
    fc.assert(
      fc.property(smallPrefix, (one) => {
        const all = Array.from({ length: one.broadcast - one.network + 1 }, (_, index) => one.network + index);
        assert.deepEqual(
          all.filter((number) => isHost(one, number)),
          all.slice(1, -1),
        );
      }),
    );
  });
  it("overlap exactly if they share an address", () => {
    fc.assert(
      fc.property(
        smallPrefix,
        fc.integer({ min: -300, max: 300 }),
        fc.integer({ min: 24, max: 32 }),
        (a, shift, length) => {
          const number = Math.min(Math.max(a.network + shift, 0), 2 ** 32 - 1);
          const b = parsePrefix(`${formatAddress(number)}/${length}`) as Prefix;
          const all = Array.from({ length: b.broadcast - b.network + 1 }, (_, index) => b.network + index);
          assert.equal(
            overlaps(a, b),
            all.some((one) => contains(a, one)),
          );
          assert.equal(overlaps(a, b), overlaps(b, a));
        },
      ),
    );
  });
});

describe("derived MACs", () => {
  it("are unicast, in QEMU's range, and always the same", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (owner) => {
        assert.match(deriveMac(owner), /^52:54:00(:[0-9a-f]{2}){3}$/);
        assert.equal(deriveMac(owner), deriveMac([...owner]));
      }),
    );
  });
  it("differ between owners whose joined names are equal", () => {
    assert.notEqual(deriveMac(["lab", "a", "bc"]), deriveMac(["lab", "ab", "c"]));
  });
  it("avoid MACs that are taken", () => {
    const first = deriveMac(["lab", "web1", "eth0"]);
    const second = deriveMac(["lab", "web1", "eth0"], new Set([first]));
    const third = deriveMac(["lab", "web1", "eth0"], new Set([first, second]));
    assert.equal(new Set([first, second, third]).size, 3);
  });
});
