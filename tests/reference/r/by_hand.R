# What R's survey doesn't have, worked out here from the published formulas; make.R and wave.R use it.

# What a variance and an interval in a domain rest on: respondents, Kish's effective number of them,
# Satterthwaite's degrees of freedom where answers vary as much in each stratum, and what the finite
# population correction leaves of a variance. `weight` and `stratum` are those of the respondents in
# the domain, `left` is 1 - n/N of each stratum over the whole sample.
rests_on <- function(weight, stratum, left) {
  stratum <- as.character(stratum)
  n <- tapply(weight, stratum, length)
  full <- tapply(weight, stratum, sum)^2 / n
  a <- full * left[names(n)]
  most <- max(sum(n) - length(n), 1)
  df <- if (any(a > 0)) sum(a)^2 / sum(a^2 / ifelse(n == 1, 1, n - 1)) else most
  list(n = sum(n), kish = sum(weight)^2 / sum(weight^2), df = min(max(df, 1), most),
       remaining = sum(a) / sum(full))
}

clopper_pearson <- function(p, size) {
  if (is.infinite(size)) return(c(p, p))
  c(if (p == 0) 0 else qbeta(0.025, size * p, size * (1 - p) + 1),
    if (p == 1) 1 else qbeta(0.975, size * p + 1, size * (1 - p)))
}

# Korn & Graubard (1998) with the effective sample size at most n: what svyciprop(method = "beta")
# gives, but for that bound, for shares of 0 and 1 (there Kish's number) and for the correction.
bounded_interval <- function(p, se, on) {
  if (is.na(se)) return(c(NA, NA))
  size <- if (p %in% 0:1) on$kish / on$remaining else min(p * (1 - p) / se^2, on$n / on$remaining)
  clopper_pearson(p, size * (qt(0.975, max(on$n - 1, 1)) / qt(0.975, on$df))^2)
}

# The variance of a share of 0 or 1 from that interval (Zou & Donner 2008).
recovered_variance <- function(on) (bounded_interval(0, 0, on)[2] / qt(0.975, on$df))^2

# What a combination of shares recovers: `y` and `inside` (a column per term) are the answers and
# the domains. Terms on the same respondents count together: a share of 0 can only be more, one of
# 1 only less, and beside a share that varies they add nothing.
recovered <- function(factor, y, inside, weight, stratum, left) {
  base <- apply(inside, 2, function(column) paste(which(column), collapse = " "))
  sum(sapply(unique(base), function(one) {
    where <- inside[, which(base == one)[1]]
    signs <- sapply(which(base == one), function(k) {
      found <- unique(as.numeric(y[where, k]))
      if (length(found) > 1) NA else factor[k] * (1 - 2 * found)
    })
    if (anyNA(signs)) 0
    else sum(signs)^2 * recovered_variance(rests_on(weight[where], stratum[where], left))
  }))
}
