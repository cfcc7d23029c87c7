"""How sales went and why, and what comes next."""

from dealerml.growth.backtest import backtest_forecasts
from dealerml.growth.forecast import Forecast, forecast_sales
from dealerml.growth.forecasters import FORECASTERS
from dealerml.growth.outlook import forecast_growth
from dealerml.growth.overview import SalesOverview, summarise_sales

__all__ = [
    "FORECASTERS",
    "Forecast",
    "SalesOverview",
    "backtest_forecasts",
    "forecast_growth",
    "forecast_sales",
    "summarise_sales",
]
