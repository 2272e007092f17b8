
require ["fileinto"];

# This is RainLoop Webmail sieve script.
# RAINLOOP:SIEVE

/*
BEGIN:FILTER:e5
BEGIN:HEADER
eyJJRCI6ImU1IiwiRW5hYmxlZCI6dHJ1ZSwiTmFtZSI6IlBhcGllcmtvcmIiLCJDb25kaXRpb2
5zIjpbeyJGaWVsZCI6IlN1YmplY3QiLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6ImFsdCIs
IlZhbHVlU2Vjb25kIjoiIn1dLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvblR5cGUiOi
JNb3ZlVG8iLCJBY3Rpb25WYWx1ZSI6IkdlbCZBUFktc2NodCIsIkFjdGlvblZhbHVlU2Vjb25k
IjoiIiwiQWN0aW9uVmFsdWVUaGlyZCI6IiIsIkFjdGlvblZhbHVlRm91cnRoIjoiIiwiS2VlcC
I6dHJ1ZSwiU3RvcCI6dHJ1ZSwiTWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/

if header :contains ["Subject"] "alt"
{
    fileinto "Gelöscht";
    stop;
}

/* END:FILTER */

/*
BEGIN:FILTER:f6
BEGIN:HEADER
eyJJRCI6ImY2IiwiRW5hYmxlZCI6ZmFsc2UsIk5hbWUiOiJEcmFmdHMiLCJDb25kaXRpb25zIj
pbeyJGaWVsZCI6IlN1YmplY3QiLCJUeXBlIjoiQ29udGFpbnMiLCJWYWx1ZSI6Im5ldSIsIlZh
bHVlU2Vjb25kIjoiIn1dLCJDb25kaXRpb25zVHlwZSI6IkFueSIsIkFjdGlvblR5cGUiOiJNb3
ZlVG8iLCJBY3Rpb25WYWx1ZSI6IkVudHcmQVB3LXJmZSIsIkFjdGlvblZhbHVlU2Vjb25kIjoi
IiwiQWN0aW9uVmFsdWVUaGlyZCI6IiIsIkFjdGlvblZhbHVlRm91cnRoIjoiIiwiS2VlcCI6dH
J1ZSwiU3RvcCI6dHJ1ZSwiTWFya0FzUmVhZCI6ZmFsc2V9
END:HEADER
*/
/* @Filter is disabled 
if header :contains ["Subject"] "neu"
{
    fileinto "Entwürfe";
    stop;
}
*/
/* END:FILTER */

