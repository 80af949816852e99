# Golden values for tests/test_estimation.py, made by R's `survey` (Lumley 2004, 2010).
#
#   Rscript make.R INPUT.csv OUTPUT.csv [RULES [TRUE]]             golden values for one file, by the
#       rules for singletons given (adjust,certainty,...) and, unless the last is TRUE, also without fpc
#   Rscript make.R apistrat OUTPUT.csv                             export R's data set apistrat
#
# The columns of INPUT say what they are for: stratum, weight, firms (N_h); y.* 0/1 variables
# (NA: outside the universe), x.* numbers (their means and totals; x.1 / x.2 is the ratio), d.* the
# domains, t.1 and t.2 a two-way table (NA: outside its universe). Where target
# gives other numbers of firms by stratum, the weights are also raked to its margins d.sector, d.size.
suppressMessages(library(survey))
options(warn = 1)

arguments <- commandArgs(trailingOnly = TRUE)

if (arguments[1] == "apistrat") {
  data(api)
  write.csv(with(apistrat, data.frame(
    stratum = stype, weight = pw, firms = fpc,
    y.awards = as.integer(awards == "Yes"), y.sch.wide = as.integer(sch.wide == "Yes"),
    x.1 = api.stu, x.2 = enroll, x.api00 = api00, x.api99 = api99,
    d.comp.imp = comp.imp, d.yr.rnd = yr.rnd, t.1 = sch.wide, t.2 = stype
  )), arguments[2], row.names = FALSE, quote = FALSE)
  quit()
}

answers <- read.csv(arguments[1], check.names = FALSE, colClasses = c(stratum = "character"))
rules <- if (length(arguments) > 2) strsplit(arguments[3], ",")[[1]] else "adjust"
columns <- function(letter) grep(paste0("^", letter, "\\."), names(answers), value = TRUE)
answers[columns("d")] <- lapply(answers[columns("d")], as.character)

golden <- NULL
keep <- function(what, variable, domain, value, estimate, se = NA, low = NA, high = NA,
                 deff = NA, df = NA, p_value = NA) {
  row <- data.frame(what, singleton = rule, fpc = with_fpc, variable, domain, value,
                    estimate = as.numeric(estimate), se = as.numeric(se), low, high, deff, df,
                    p_value = as.numeric(p_value))
  golden <<- rbind(golden, row)
}

# svyciprop fits a model by iteration, which breaks down on some subsets of raked designs and of three
# respondents: the share it comes back with shows that. "xlogit" is the same interval in closed form.
logit_interval <- function(part, p) {
  for (method in c("logit", "xlogit")) {
    fitted <- suppressWarnings(svyciprop(~y, part, method = method))
    interval <- as.numeric(attr(fitted, "ci"))
    if (abs(as.numeric(fitted) - p) < 1e-9 && !anyNA(interval)) return(interval)
  }
  c(NA, NA)
}

share <- function(what, part, name, domain, value) {
  part <- subset(part, !is.na(part$variables[[name]]))
  if (nrow(part$variables) == 0 || sum(weights(part) != 0) == 0) return()
  part$variables$y <- part$variables[[name]]
  m <- svymean(~y, part, deff = "replace")
  w <- weights(part); y <- part$variables$y[w > 0]
  p <- if (all(y == y[1])) y[1] else as.numeric(coef(m))  # 1, not 1 - 1e-16
  w <- w[w > 0]
  effective <- sum(w)^2 / sum(w^2)
  interval <- if (p == 0) c(0, qbeta(0.975, 1, effective))
    else if (p == 1) c(qbeta(0.025, effective, 1), 1)
    else logit_interval(part, p)
  keep(what, name, domain, value, p, as.numeric(SE(m)), interval[1], interval[2],
       if (p %in% 0:1) NA else as.numeric(deff(m)), degf(part))
}

parts <- function(design) {
  result <- list(list(design, "total", ""))
  for (d in columns("d")) for (v in sort(unique(answers[[d]])))
    result[[length(result) + 1]] <- list(subset(design, answers[[d]] == v), d, v)
  result
}

fpcs <- if (length(arguments) > 3) TRUE else c(TRUE, FALSE)
for (rule in rules) for (with_fpc in fpcs) {
  options(survey.lonely.psu = rule)
  design <- if (with_fpc) svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~firms, data = answers)
    else svydesign(~1, strata = ~stratum, weights = ~weight, data = answers)
  for (part in parts(design)) {
    for (name in columns("y")) share("share", part[[1]], name, part[[2]], part[[3]])
    for (name in columns("x")) {
      f <- as.formula(paste0("~", name))
      m <- svymean(f, part[[1]]); s <- svytotal(f, part[[1]])
      keep("mean", name, part[[2]], part[[3]], coef(m), SE(m))
      keep("total", name, part[[2]], part[[3]], coef(s), SE(s))
    }
    if (length(columns("x"))) {
      r <- svyratio(~x.1, ~x.2, part[[1]])
      keep("ratio", "x.1/x.2", part[[2]], part[[3]], coef(r), SE(r))
    }
  }
  # the difference of the first two values of each domain, from their four totals together
  for (d in columns("d")) for (name in columns("y")) {
    v <- sort(unique(answers[[d]])); y <- answers[[name]]
    totals <- data.frame(a = ifelse(is.na(y), 0, y) * (answers[[d]] == v[1]), n = !is.na(y) & answers[[d]] == v[1],
                         b = ifelse(is.na(y), 0, y) * (answers[[d]] == v[2]), m = !is.na(y) & answers[[d]] == v[2])
    if (!any(totals$n) || !any(totals$m)) next
    both <- subset(update(design, a = totals$a, n = totals$n + 0, b = totals$b, m = totals$m + 0), totals$n | totals$m)
    contrast <- svycontrast(svytotal(~a + n + b + m, both), quote(a / n - b / m))
    se <- as.numeric(SE(contrast)); df <- degf(both)
    keep("difference", name, d, paste(v[1:2], collapse = "|"), as.numeric(coef(contrast)), se, df = df,
         p_value = if (se > 0) 2 * pt(-abs(coef(contrast) / se), df) else NA)
  }
  if (length(columns("t")) == 2) {
    inside <- subset(design, !is.na(t.1) & !is.na(t.2) & t.1 != "" & t.2 != "")
    test <- svychisq(~t.1 + t.2, inside, statistic = "F")
    keep("rao_scott", "t.1 x t.2", "total", "", test$statistic, df = test$parameter[["ddf"]],
         p_value = test$p.value, deff = test$parameter[["ndf"]])
  }
  if ("target" %in% names(answers) && rule == "adjust") {
    strata <- answers[!duplicated(answers$stratum), ]
    margins <- model.matrix(~d.sector + d.size, strata)
    raked <- calibrate(design, ~d.sector + d.size, colSums(margins * strata$target),
                       calfun = "raking", epsilon = 1e-13, maxit = 200)
    for (part in parts(raked)) for (name in columns("y")[1:2])
      share("calibrated", part[[1]], name, part[[2]], part[[3]])
  }
}
numbers <- vapply(golden, is.numeric, TRUE)
golden[numbers] <- lapply(golden[numbers], function(x) ifelse(is.na(x), "", sprintf("%.15g", x)))
write.csv(golden, arguments[2], row.names = FALSE, quote = FALSE)
