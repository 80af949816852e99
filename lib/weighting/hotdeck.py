"""What hot-deck imputation adds to a variance: Rao & Shao's adjusted jackknife, linearised.

A recipient j takes its value from a donor drawn at random from a pool g of r donors. Had a donor
not been there, the values taken in g would have moved with the mean of the others, by
(z̄_g − z_i)/(r_g − 1). So a donor i counts beyond its own answer,

    u_i = w_i z_i + c_g/(r_g − 1) (z_i − z̄_g),      c_g = Σ w_j over the recipients of g,

with z the linearised variable per unit of weight, and the variance of the totals of u, without
finite population correction, holds the sampling, the missing information and the noise of the draw
(Rao & Shao 1992, Biometrika 79, section 3; for draws with equal probability). The jackknife itself
gives the same to the last digit where pools lie within strata. What it exceeds the variance of w z
by is due to imputation: per pool about σ² (2 Σ w_j² + c²/r), the noise of the draw, Σ w_j² σ², and
what the recipients' own answers would have told. Without correction, because a unit that is certain
to be sampled may still not answer (Shao & Steel 1999, JASA 94).

A pool of one donor shows no spread, and adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from weighting.design import Array, BoolArray


@dataclass(frozen=True, eq=False)
class HotDeck:
    """Who took an answer, and from which pool of possible donors.

    `pool`: for each respondent the number of its pool, −1 where nothing was imputed (n). `donors`:
    the positions of the donors of each pool, at least one. Pools may overlap.
    """

    pool: npt.NDArray[np.int64]
    donors: Sequence[npt.NDArray[np.int64]]

    @property
    def recipients(self) -> BoolArray:
        """Who took an answer (n)."""
        return np.asarray(self.pool >= 0)

    @classmethod
    def first(cls, decks: Iterable[HotDeck], respondents: int) -> Self:
        """Join the decks of several questions: a recipient of several counts for the first."""
        pool = np.full(respondents, -1, dtype=np.int64)
        donors: list[npt.NDArray[np.int64]] = []
        for deck in decks:
            new = deck.recipients & (pool < 0)
            pool[new] = deck.pool[new] + len(donors)
            donors.extend(deck.donors)
        return cls(pool, donors)

    @cached_property
    def _matrices(self) -> tuple[sparse.csr_array, sparse.csr_array, Array]:
        """Recipients and donors by pool, as matrices of 0 and 1 (pools, n), and donors per pool."""
        sizes = np.array([len(each) for each in self.donors], dtype=np.int64)
        columns = np.concatenate([*self.donors, np.empty(0, dtype=np.int64)])
        taken = np.flatnonzero(self.recipients)
        shape = (len(sizes), len(self.pool))
        rows = np.repeat(np.arange(len(sizes)), sizes)
        donors = sparse.csr_array((np.ones(len(columns)), (rows, columns)), shape)
        recipients = sparse.csr_array((np.ones(len(taken)), (self.pool[taken], taken)), shape)
        return recipients, donors, sizes[:, None].astype(float)

    def only(self, rows: BoolArray) -> HotDeck:
        """The same deck for some of its recipients (n)."""
        return HotDeck(np.where(rows, self.pool, -1), self.donors)

    def donated(self, z: Array, weight: Array) -> Array:
        """The second term of u for values z (n, k), from recipients with weights (n, k)."""
        recipients, donors, sizes = self._matrices
        per_donor = (recipients @ weight) / np.maximum(sizes - 1, 1)
        means = (donors @ z) / sizes
        return np.asarray((donors.T @ per_donor) * z - donors.T @ (per_donor * means))


@dataclass(frozen=True, eq=False)
class Base:
    """What a share is taken of: the respondents in a domain and a universe, and what was imputed.

    `domain`: known of every respondent (n); `universe`: follows from the answers (n; default
    everyone). `deck`: who took an answer that the share rests on; `taken`: for which of the k
    categories (n, k; default each); `drawn`: for whom the answers that decide on the universe are
    among those (n; default nobody).
    """

    domain: BoolArray
    universe: BoolArray | None = None
    deck: HotDeck | None = None
    taken: BoolArray | None = None
    drawn: BoolArray | None = None

    @cached_property
    def inside(self) -> BoolArray:
        """The respondents in the base (n)."""
        return self.domain if self.universe is None else self.domain & self.universe

    def _recipients(self, k: int) -> BoolArray:
        """Who took an answer, for each of k categories (n, k)."""
        if self.deck is None:
            return np.zeros((len(self.domain), k), dtype=bool)
        everyone = np.repeat(self.deck.recipients[:, None], k, axis=1)
        if self.taken is None:
            return everyone
        drawn = np.zeros_like(self.domain) if self.drawn is None else self.drawn
        return everyone & (self.taken | drawn[:, None])

    def imputed_share(self, weight: Array, k: int) -> Array:
        """The weighted share (0–1) of the base that took an answer, for each category (k)."""
        w = weight * self.inside
        return np.asarray(w @ self._recipients(k) / w.sum())

    def donated(self, weight: Array, residual: Array) -> Array | None:
        """What donors add to the linearised variable of residuals (n, k) per unit of weight.

        None where nothing in the base was imputed. A recipient whose answers decide on the universe
        might have fallen outside it; the others stay where they are, whatever they took.
        """
        reach = self._recipients(residual.shape[1]) & self.domain[:, None]
        if self.deck is None or not reach.any():
            return None
        w = weight[:, None] * reach
        if self.universe is None:
            return self.deck.donated(residual, w)
        drawn = np.zeros_like(self.domain) if self.drawn is None else self.drawn
        donated = self.deck.donated(residual, w * (self.universe & ~drawn)[:, None])
        if drawn.any():
            member = self.universe[:, None] * residual
            donated += self.deck.donated(member, w * drawn[:, None])
        return donated
