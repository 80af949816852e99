# Rao & Shao's adjusted jackknife (1992, Biometrika 79, section 3) of shares after a random hot deck.
#
#   Rscript rao_shao.R imputed.csv OUTPUT.csv
#
# INPUT: stratum, firms (N_h) and weight of each respondent; `class` and `own` are imputation classes,
# the first across strata and the second within them. `taken` says whose y.common and y.rare came from
# a donor of the class, and own.y from one of `own`. `filter` was taken where filter.taken, together
# with what it filters, q; where q.taken only q was.
#
# Each row of OUTPUT is the standard error of a share (0-1): `what` says how it was found.
#   jackknife  by brute force: without finite population correction, one respondent left out at a time,
#              and the taken answers moved by the change of the mean of their donors
#   exact      the same of the linearised share, for classes within strata: there the linearisation of
#              the jackknife is the jackknife
#   linear     by svytotal of the linearised variable: the sampling variance with correction, and what
#              the donors add without
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")

arguments <- commandArgs(trailingOnly = TRUE)
x <- read.csv(arguments[1], check.names = FALSE, colClasses = c(stratum = "character"))
with_fpc <- svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~firms, data = x)
without <- svydesign(~1, strata = ~stratum, weights = ~weight, data = x)
replicates <- as.svrepdesign(without, type = "JKn", mse = TRUE)

# What was taken, moved by the change of the mean of the donors when respondents count `factor` times.
moved <- function(z, class, taken, donor, factor) {
  for (g in unique(class[taken])) {
    of <- donor & class == g
    z[taken & class == g] <- z[taken & class == g] + weighted.mean(z[of], factor[of]) - mean(z[of])
  }
  z
}

# A statistic of weights and factors, jackknifed twice: in a loop by the book, and by withReplicates.
jackknife <- function(statistic) {
  whole <- statistic(x$weight, rep(1, nrow(x)))
  size <- table(x$stratum)
  total <- 0
  for (i in seq_len(nrow(x))) {
    n <- as.numeric(size[x$stratum[i]])
    factor <- ifelse(x$stratum == x$stratum[i], n / (n - 1), 1)
    factor[i] <- 0
    total <- total + (n - 1) / n * (statistic(x$weight * factor, factor) - whole)^2
  }
  again <- withReplicates(replicates, function(w, data) statistic(w, w / x$weight))
  stopifnot(abs(sqrt(total) / as.numeric(SE(again)) - 1) < 1e-10)
  sqrt(total)
}

golden <- NULL
keep <- function(what, variable, domain, estimate, se)
  golden <<- rbind(golden, data.frame(what, variable, domain, estimate = sprintf("%.15g", estimate),
                                      se = sprintf("%.15g", se)))

linear <- function(u, added) {
  se <- function(design, v) {
    design$variables$v <- v
    as.numeric(SE(svytotal(~v, design)))
  }
  sqrt(se(with_fpc, u)^2 + se(without, u + added)^2 - se(without, u)^2)
}

# What donors add to a linearised variable z (per unit of weight), from recipients that count `w` each.
donated <- function(z, class, taken, donor, w) {
  added <- numeric(length(z))
  for (g in unique(class[taken])) {
    of <- donor & class == g
    added[of] <- sum(w[taken & class == g]) / (sum(of) - 1) * (z[of] - mean(z[of]))
  }
  added / x$weight
}

taken <- x$taken == 1
domains <- list(total = rep(TRUE, nrow(x)), large = x$domain == "large", small = x$domain == "small")
for (domain in names(domains)) {
  d <- domains[[domain]] + 0
  size <- sum(x$weight * d)
  for (variable in c("y.common", "y.rare", "own.y")) {
    y <- x[[variable]]
    class <- if (variable == "own.y") x$own else x$class
    share <- sum(x$weight * d * y) / size
    keep("jackknife", variable, domain, share, jackknife(function(w, factor)
      sum(w * d * moved(y, class, taken, !taken, factor)) / sum(w * d)))
    z <- (y - share) / size
    if (variable == "own.y")
      keep("exact", variable, domain, share, jackknife(function(w, factor)
        sum(w * d * moved(z, class, taken, !taken, factor))))
    keep("linear", variable, domain, share,
         linear(d * z, donated(z, class, taken, !taken, x$weight * d)))
  }

  # a question of whom a filter lets through: its answers are moved first, then filter and answers
  drawn <- x$filter.taken == 1
  alone <- x$q.taken == 1
  answered <- x$filter == 1 & !drawn & !alone
  share <- sum(x$weight * d * x$filter * x$q) / sum(x$weight * d * x$filter)
  keep("jackknife", "q", domain, share, jackknife(function(w, factor) {
    q <- moved(x$q, x$class, alone, answered, factor)
    both <- moved(x$filter * q, x$class, drawn, !drawn, factor)
    through <- moved(x$filter, x$class, drawn, !drawn, factor)
    sum(w * d * both) / sum(w * d * through)
  }))
  z <- (x$q - share) / sum(x$weight * d * x$filter)
  keep("linear", "q", domain, share,
       linear(d * x$filter * z, donated(z, x$class, alone, answered, x$weight * d * x$filter) +
                donated(x$filter * z, x$class, drawn, !drawn, x$weight * d)))
}
write.csv(golden, arguments[2], row.names = FALSE, quote = FALSE)
