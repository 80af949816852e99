# Every estimate of the wave of 2025, combinations and tests of association, by R's `survey` from its answers.
#
#   Rscript wave.R ANSWERS.csv POPULATION.csv FOLDER    writes register-2025.csv, tests-2025.csv
#       and combinations-2025.csv into FOLDER
#
# ANSWERS: the completed answers as text, with sector and size; POPULATION: firms by sector and size.
# Strata, weights, universes and categories are made here once more, from the wording of the
# questions, so that nothing of questionnaire.yml or of lib/ is taken for granted.
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", warn = 1)
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "by_hand.R"))

arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1], check.names = FALSE, colClasses = "character", na.strings = NULL)
population <- read.csv(arguments[2], colClasses = c("character", "character", "integer"))

# --- design: simple random sampling in each sector by size, weights N/n -------------------------
stratum <- paste(answers$sector, answers$size)
firms <- setNames(population$firms, paste(population$sector, population$size))[stratum]
respondents <- ave(seq_along(stratum), stratum, FUN = length)
frame <- data.frame(stratum, firms, weight = firms / respondents)
left <- tapply(1 - respondents / firms, stratum, `[`, 1)

# --- categories: per indicator a 0/1 column each -------------------------------------------------
items <- function(question) grep(paste0("^", question, "\\."), names(answers), value = TRUE)
ticked <- function(question, given) {
  columns <- items(question)
  setNames(lapply(answers[columns], `%in%`, given), sub(paste0(question, "."), "", columns, fixed = TRUE))
}
each <- function(question, given) setNames(lapply(given, function(a) answers[[question]] == a), given)

used <- rowSums(answers[items("technology_use")] == "use")
planned <- rowSums(answers[items("technology_use")] == "plan")
effects <- rowSums(answers[items("competitiveness")] == "yes")
likert <- c("strongly_agree", "rather_agree", "neutral", "rather_disagree", "strongly_disagree")
statements <- ticked("ai_act_statement", likert[1:2])
for (item in names(statements)) for (a in likert)
  statements[[paste0(item, ".", a)]] <- answers[[paste0("ai_act_statement.", item)]] == a
by_person <- each("adoption_model", c("individual_unapproved", "individual_approved", "teams", "it_department", "management"))
phase <- each("adoption_phase", c("experimenting", "integrating", "scaling", "reduced"))
budget <- each("budget_change", c("strong_decrease", "slight_decrease", "unchanged", "slight_increase", "strong_increase"))
change <- c("decrease", "none", "increase")

indicators <- list(
  technology_use = ticked("technology_use", "use"),
  technology_potential = ticked("technology_use", c("use", "plan")),
  ai_use_status = list(use = used > 0, plan = used == 0 & planned > 0, none = used + planned == 0, not_use = used == 0),
  n_technologies = list("0" = used == 0, "1" = used == 1, "2" = used == 2, "3" = used == 3, "4plus" = used > 3),
  use_as_before = list(any = used - (answers$technology_use.image_generation == "use") > 0),
  generative_ai = list(any = answers$technology_use.nlg == "use" | answers$technology_use.image_generation == "use"),
  adoption_model = c(by_person, list(individual_total = by_person[[1]] | by_person[[2]])),
  source = ticked("source", "yes"),
  adoption_phase = c(phase, list(advanced = phase$integrating | phase$scaling)),
  barrier = ticked("barrier", "yes"),
  knowledge_gap = ticked("knowledge_gap", "yes"),
  training = ticked("training", "yes"),
  application = ticked("application", "yes"),
  budget_change = c(budget, list(decrease = budget[[1]] | budget[[2]], increase = budget[[4]] | budget[[5]])),
  competitiveness = c(ticked("competitiveness", "yes"), list(any = effects > 0, none = effects == 0)),
  employment_low_skilled = each("employment_low_skilled", change),
  employment_high_skilled = each("employment_high_skilled", change),
  productivity_low_skilled = each("productivity_low_skilled", change),
  productivity_high_skilled = each("productivity_high_skilled", change),
  ai_act_awareness = each("ai_act_awareness", c("aware", "unaware")),
  ai_act_statement = statements
)

# --- universes -----------------------------------------------------------------------------------
gap <- answers$barrier.applications_unclear == "yes" | answers$barrier.lack_of_skills == "yes" | answers$barrier.recruitment == "yes"
universes <- list(
  all = rep(TRUE, nrow(answers)),
  adopters = used > 0,
  non_adopters = used == 0,
  adopters_not_individual = used > 0 & answers$adoption_model %in% c("teams", "it_department", "management"),
  adopters_knowledge_gap = used > 0 & gap,
  non_adopters_knowledge_gap = used == 0 & gap,
  ai_act_aware = used > 0 & answers$ai_act_awareness == "aware"
)
everyone <- c("technology_use", "technology_potential", "ai_use_status", "n_technologies", "use_as_before", "generative_ai")
reported <- function(question) {
  if (question %in% everyone) return("all")
  if (question %in% c("barrier", "training")) return(c("adopters", "non_adopters"))
  if (question == "knowledge_gap") return(c("adopters_knowledge_gap", "non_adopters_knowledge_gap"))
  if (question == "adoption_phase") return("adopters_not_individual")
  if (question == "ai_act_statement") return("ai_act_aware")
  "adopters"
}

write <- function(table, name) {
  numbers <- vapply(table, is.double, TRUE)
  table[numbers] <- lapply(table[numbers], function(x) ifelse(is.na(x), "", sprintf("%.12g", x)))
  write.csv(table, file.path(arguments[3], name), row.names = FALSE, quote = FALSE)
}

# --- the register: share, standard error, intervals ---------------------------------------------
# The intervals are those of svyciprop, methods "xlogit" and "beta", written out: one svymean then
# serves a whole question. For nobody or everybody it has none. svyciprop itself is called below.
estimates <- function(question, universe, domain, value) {
  columns <- indicators[[question]]
  y <- setNames(as.data.frame(lapply(columns, as.numeric)), paste0("y", seq_along(columns)))
  design$variables <- cbind(frame, y)
  inside <- universes[[universe]] & (domain == "total" | answers[[if (domain == "total") "size" else domain]] == value)
  part <- subset(design, inside)
  m <- svymean(reformulate(names(y)), part)
  p <- as.numeric(coef(m)); se <- as.numeric(SE(m))
  count <- as.integer(colSums(y[inside, , drop = FALSE])); n <- sum(inside)
  edge <- count == 0 | count == n; df <- degf(part)
  p[edge] <- round(p[edge]); se[edge] <- 0
  width <- qt(0.975, df) * se / (p * (1 - p))
  size <- p * (1 - p) / se^2 * (qt(0.975, n - 1) / qt(0.975, df))^2
  beta <- suppressWarnings(cbind(qbeta(0.025, size * p, size * (1 - p) + 1), qbeta(0.975, size * p + 1, size * (1 - p))))
  ends <- cbind(plogis(qlogis(p) - width), plogis(qlogis(p) + width), beta)
  ends[edge, ] <- NA
  on <- rests_on(frame$weight[inside], stratum[inside], left)
  own <- vapply(seq_along(p), function(k) bounded_interval(p[k], se[k], on), c(0, 0))
  data.frame(question, category = names(columns), universe, domain, domain_value = value,
             estimate = 100 * p, se = 100 * se, n, n_category = count,
             logit_low = 100 * ends[, 1], logit_high = 100 * ends[, 2],
             beta_low = 100 * ends[, 3], beta_high = 100 * ends[, 4], df,
             effective_df = on$df, kish = on$kish, remaining = on$remaining,
             low = 100 * own[1, ], high = 100 * own[2, ])
}

sectors <- unique(population$sector); sizes <- unique(population$size)
design <- svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~firms, data = frame)
places <- rbind(data.frame(domain = "total", value = "Totaal"),
                data.frame(domain = "sector", value = sectors), data.frame(domain = "size", value = sizes))
register <- list()
for (question in names(indicators)) for (universe in reported(question)) for (i in seq_len(nrow(places)))
  register[[length(register) + 1]] <- estimates(question, universe, places$domain[i], places$value[i])
register <- do.call(rbind, register)
write(register, "register-2025.csv")

# --- intervals: svyciprop itself, which fits a model for each, for some rows ---------------------
# those on the fewest respondents, and each fiftieth of the others
some <- which(register$estimate > 0 & register$estimate < 100)
few <- head(some[order(register$n[some])], 20)
row <- sort(union(few, some[seq(1, length(some), by = 50)]))
intervals <- lapply(row, function(i) {
  r <- register[i, ]
  design$variables <- cbind(frame, y = as.numeric(indicators[[r$question]][[r$category]]))
  place <- r$domain == "total" | answers[[if (r$domain == "total") "size" else r$domain]] == r$domain_value
  part <- subset(design, universes[[r$universe]] & place)
  ends <- sapply(c("logit", "beta"), function(m) attr(suppressWarnings(svyciprop(~y, part, method = m)), "ci"))
  data.frame(r[c("question", "category", "universe", "domain", "domain_value")],
             logit_low = 100 * ends[1, 1], logit_high = 100 * ends[2, 1],
             beta_low = 100 * ends[1, 2], beta_high = 100 * ends[2, 2])
})
write(do.call(rbind, intervals), "svyciprop-2025.csv")

# --- association: svychisq among those of a universe who were asked both questions ---------------
asked <- function(question) {
  if (question %in% c(everyone, "barrier", "training")) return(universes$all)
  universes[[reported(question)[1]]]
}
labels <- function(x) {
  part <- regmatches(x, regexpr("[.]", x), invert = TRUE)[[1]]
  columns <- indicators[[part[1]]]
  if (length(part) > 1) return(as.character(columns[[part[2]]]))
  unions <- c("not_use", "individual_total", "advanced", if (part[1] == "budget_change") c("decrease", "increase"))
  result <- rep(NA_character_, nrow(answers))
  for (name in setdiff(names(columns), unions)) result[columns[[name]]] <- name
  result
}
association <- function(a, b, universe = "") {
  of <- sub("[.].*", "", c(a, b))
  within <- if (universe == "") reported(of[2])[1] else universe
  inside <- universes[[within]] & asked(of[1]) & asked(of[2])
  design$variables <- cbind(frame, a = labels(a), b = labels(b))
  part <- subset(design, inside)
  part$variables[c("a", "b")] <- lapply(part$variables[c("a", "b")], factor)
  test <- svychisq(~a + b, part, statistic = "F")
  data.frame(a, b, universe, statistic = as.numeric(test$statistic), df1 = test$parameter[["ndf"]],
             df2 = test$parameter[["ddf"]], p_value = as.numeric(test$p.value), n = sum(inside))
}
write(rbind(
  association("adoption_phase", "budget_change.increase"),
  association("budget_change.increase", "adoption_phase"),
  association("adoption_phase", "ai_act_awareness"),
  association("ai_act_awareness", "adoption_phase.scaling", "all"),
  association("adoption_model", "budget_change"),
  association("adoption_model", "generative_ai.any", "adopters"),
  association("ai_use_status", "training.formal", "non_adopters"),
  association("ai_use_status", "training.formal", "all"),
  association("ai_use_status", "technology_potential.machine_learning"),
  association("n_technologies", "barrier.privacy"),
  association("barrier.privacy", "n_technologies"),
  association("n_technologies", "barrier.privacy", "ai_act_aware"),
  association("n_technologies", "budget_change.increase", "adopters_knowledge_gap"),
  association("training.formal", "training.informal", "non_adopters"),
  association("employment_high_skilled", "productivity_high_skilled"),
  association("knowledge_gap.basic_ai", "barrier.recruitment")
), "tests-2025.csv")

# --- combinations of shares: the delta method on all their totals at once ------------------------
# A term is "factor question.category universe domain value".
combination <- function(...) {
  terms <- lapply(strsplit(c(...), " "), function(t) c(t[1:4], paste(t[-(1:4)], collapse = " ")))
  inside <- sapply(terms, function(t) universes[[t[3]]] & (t[4] == "total" | answers[[if (t[4] == "total") "size" else t[4]]] == t[5]))
  holds <- sapply(terms, function(t) indicators[[sub("[.].*", "", t[2])]][[sub("^[^.]*[.]", "", t[2])]])
  k <- seq_along(terms)
  totals <- setNames(data.frame(holds & inside, inside) + 0, c(paste0("a", k), paste0("n", k)))
  design$variables <- cbind(frame, totals)
  together <- subset(design, rowSums(inside) > 0)
  formula <- paste0(sapply(terms, `[`, 1), " * a", k, " / n", k, collapse = " + ")
  contrast <- svycontrast(svytotal(reformulate(names(totals)), together), parse(text = formula)[[1]])
  estimate <- as.numeric(coef(contrast)); se <- as.numeric(SE(contrast))
  some <- rowSums(inside) > 0
  df <- rests_on(frame$weight[some], stratum[some], left)$df
  more <- recovered(as.numeric(sapply(terms, `[`, 1)), holds + 0, inside, frame$weight, stratum, left)
  total <- sqrt(se^2 + more)
  data.frame(terms = paste(c(...), collapse = ";"), estimate = 100 * estimate, se = 100 * se,
             recovered = 1e4 * more, df = degf(together), effective_df = df,
             ci_low = 100 * (estimate - qt(0.975, df) * total), ci_high = 100 * (estimate + qt(0.975, df) * total),
             p_value = 2 * pt(-abs(estimate / total), df), n = min(colSums(inside)))
}
write(rbind(
  combination("1 ai_use_status.use all size Groot", "-1 ai_use_status.use all total Totaal"),
  combination("1 ai_use_status.use all size Micro", "-1 ai_use_status.use all size Klein"),
  combination("1 technology_use.nlg all total Totaal", "-1 technology_use.image_generation all total Totaal"),
  combination("1 barrier.privacy adopters total Totaal", "-1 barrier.privacy non_adopters total Totaal"),
  combination("1 training.formal adopters size Klein", "-1 training.formal non_adopters size Klein"),
  combination("1 adoption_phase.integrating adopters_not_individual total Totaal",
              "1 adoption_phase.scaling adopters_not_individual total Totaal"),
  combination("1 budget_change.increase adopters sector NACE 58-63", "-1 budget_change.decrease adopters sector NACE 58-63"),
  # nobody: alone, beside others on the same firms, and twice
  combination("1 budget_change.strong_decrease adopters size Klein",
              "-1 budget_change.strong_decrease adopters total Totaal"),
  combination("1 budget_change.strong_decrease adopters sector NACE 41-43",
              "1 budget_change.slight_decrease adopters sector NACE 41-43"),
  combination("0.5 budget_change.strong_decrease adopters sector NACE 58-63",
              "0.5 budget_change.slight_decrease adopters sector NACE 58-63",
              "-1 budget_change.decrease adopters sector NACE 41-43"),
  combination("1 budget_change.increase adopters total Totaal", "-1 ai_act_awareness.aware adopters total Totaal",
              "0.5 ai_use_status.plan all size Middelgroot", "-0.25 barrier.privacy non_adopters sector NACE 10-33")
), "combinations-2025.csv")
