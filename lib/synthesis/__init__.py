"""Rebuild a wave of synthetic respondents from published figures alone.

The method, stage by stage:

1. `inputs`, `targets`: the published tables as targets; weights follow from population and
   response. What was never published stands, invented, in the synthesis.yml of the wave.
2. `program`: integer programmes over counts per stratum (how many of its respondents gave an
   answer), solved with HiGHS, such that each weighted share rounds to the printed decimal.
   `statements` adds what the report says in words about sectors and sizes.
3. `counts`: the order of solving. `sectors` takes those with few respondents first; `stages` and
   `technologies` find who uses AI, how and how much; `questions` all that builds on it.
4. `assign`, `answers`: hand the counts out within each stratum, so that answers go together.
5. `nonresponse`: gaps that the pipeline's hot deck fills with what stood there.
6. `frame`: the sample with its contacts, and the answers that fall out.

`synthesize` runs them all.
"""

from synthesis.wave import synthesize

__all__ = ["synthesize"]
