# Golden values for tests/weighting/test_against_r.py, made by R's `survey` (Lumley 2004, 2010).
#
#   Rscript make.R INPUT.csv OUTPUT.csv [RULES [TRUE]]             golden values for one file, by the
#       rules for singletons given (adjust,certainty,...) and, unless the last is TRUE, also without fpc
#   Rscript make.R apistrat OUTPUT.csv                             export R's data set apistrat
#
# The columns of INPUT say what they are for: stratum, weight, firms (N_h); y.* 0/1 variables
# (NA: outside the universe), d.* the domains, t.1 and t.2 a two-way table (NA: outside its
# universe). Where target gives other numbers of firms by stratum, the weights are also raked to its
# margins d.sector, d.size.
suppressMessages(library(survey))
options(warn = 1)
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "by_hand.R"))

arguments <- commandArgs(trailingOnly = TRUE)

if (arguments[1] == "apistrat") {
  data(api)
  write.csv(with(apistrat, data.frame(
    stratum = stype, weight = pw, firms = fpc,
    y.awards = as.integer(awards == "Yes"), y.sch.wide = as.integer(sch.wide == "Yes"),
    api00 = api00, d.comp.imp = comp.imp, d.yr.rnd = yr.rnd, t.1 = sch.wide, t.2 = stype
  )), arguments[2], row.names = FALSE, quote = FALSE)
  quit()
}

answers <- read.csv(arguments[1], check.names = FALSE, colClasses = c(stratum = "character"))
rules <- if (length(arguments) > 2) strsplit(arguments[3], ",")[[1]] else "adjust"
columns <- function(letter) grep(paste0("^", letter, "\\."), names(answers), value = TRUE)
answers[columns("d")] <- lapply(answers[columns("d")], as.character)

golden <- NULL
keep <- function(what, variable, domain, value, estimate, se = NA, logit = c(NA, NA), beta = c(NA, NA),
                 deff = NA, df = NA, rows = NA, p_value = NA, on = list(), recovered = NA) {
  own <- if (what %in% c("share", "calibrated")) bounded_interval(estimate, se, on) else c(NA, NA)
  given <- function(x) if (is.null(x)) NA else as.numeric(x)
  row <- data.frame(what, singleton = rule, fpc = with_fpc, variable, domain, value,
                    estimate = as.numeric(estimate), se = as.numeric(se),
                    logit_low = logit[1], logit_high = logit[2], beta_low = beta[1], beta_high = beta[2],
                    deff, df, rows, p_value = as.numeric(p_value), effective_df = given(on$df),
                    kish = given(on$kish), remaining = given(on$remaining),
                    low = own[1], high = own[2], recovered)
  golden <<- rbind(golden, row)
}

# 1 - n/N by stratum
left <- function() {
  strata <- answers[!duplicated(answers$stratum), ]
  n <- table(answers$stratum)[strata$stratum]
  setNames(if (with_fpc) 1 - as.numeric(n) / strata$firms else rep(1, nrow(strata)), strata$stratum)
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
  edge <- all(y == y[1])
  p <- if (edge) y[1] else as.numeric(coef(m))  # 1, not 1 - 1e-16
  se <- as.numeric(SE(m)); if (isTRUE(se < 1e-12)) se <- 0
  some <- !edge && isTRUE(se > 0) && degf(part) > 0
  keep(what, name, domain, value, p, se,
       if (some) logit_interval(part, p) else c(NA, NA),
       if (some) as.numeric(attr(svyciprop(~y, part, method = "beta"), "ci")) else c(NA, NA),
       if (edge) NA else as.numeric(deff(m)), degf(part), nrow(part),
       on = rests_on(w[w > 0], part$variables$stratum[w > 0], left()))
}

parts <- function(design) {
  result <- list(list(design, "total", ""))
  for (d in columns("d")) for (v in sort(unique(answers[[d]])))
    result[[length(result) + 1]] <- list(subset(design, answers[[d]] == v), d, v)
  result
}

# A combination of shares, sum(factor * a/n), by the delta method from all their totals a and n together.
combination <- function(what, design, y, domain, value, factor, variable = paste(y, collapse = "|"),
                        place = paste(domain, collapse = "|")) {
  inside <- mapply(function(y, d, v) !is.na(answers[[y]]) & (d == "total" | answers[[if (d == "total") 1 else d]] == v),
                   y, domain, value)
  if (!all(colSums(inside) > 0)) return()
  a <- ifelse(inside, as.matrix(answers[y]), 0)
  k <- seq_along(y)
  totals <- setNames(data.frame(a, inside + 0), c(paste0("a", k), paste0("n", k)))
  design$variables <- cbind(design$variables, totals)
  together <- subset(design, rowSums(inside) > 0)
  formula <- paste0(factor, " * a", k, " / n", k, collapse = " + ")
  contrast <- svycontrast(svytotal(reformulate(names(totals)), together), parse(text = formula)[[1]])
  estimate <- as.numeric(coef(contrast)); se <- as.numeric(SE(contrast))
  if (isTRUE(se < 1e-12)) se <- 0
  w <- answers$weight; some <- rowSums(inside) > 0
  on <- rests_on(w[some], answers$stratum[some], left())
  more <- recovered(factor, as.matrix(answers[y]), inside, w, answers$stratum, left())
  total <- sqrt(se^2 + more)
  keep(what, variable, place, paste(value, collapse = "|"), estimate, se, df = degf(together), on = on,
       recovered = more, p_value = if (isTRUE(total > 0)) 2 * pt(-abs(estimate / total), on$df) else NA)
}

fpcs <- if (length(arguments) > 3) TRUE else c(TRUE, FALSE)
for (rule in rules) for (with_fpc in fpcs) {
  options(survey.lonely.psu = rule)
  design <- if (with_fpc) svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~firms, data = answers)
    else svydesign(~1, strata = ~stratum, weights = ~weight, data = answers)
  for (part in parts(design)) {
    for (name in columns("y")) share("share", part[[1]], name, part[[2]], part[[3]])
  }
  # the difference of the first two values of each domain
  for (d in columns("d")) for (name in columns("y")) {
    v <- sort(unique(answers[[d]]))[1:2]
    combination("difference", design, c(name, name), c(d, d), v, c(1, -1), name, d)
  }
  # a sum of two categories, and three shares in domains that overlap
  d <- columns("d")[1:2]; y <- columns("y")[1:2]; inner <- sort(unique(answers[[d[2]]]))[1]
  for (v in c("", sort(unique(answers[[d[1]]])))) {
    place <- if (v == "") "total" else d[1]
    combination("sum", design, y, c(place, place), c(v, v), c(1, 1))
    combination("combination", design, c(y[1], y[1], y[2]), c("total", place, d[2]), c("", v, inner), c(1, -1, 0.5))
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
